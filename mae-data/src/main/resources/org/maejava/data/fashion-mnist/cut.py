"""Cuts the bundled part out of Debian's dataset-fashion-mnist. Usage: python3 cut.py FROM TO"""

import gzip
import struct
import sys


def cut(source, target, half, kind, keep):
    name = f"{half}-{kind}-ubyte.gz"
    with gzip.open(f"{source}/{name}") as file:
        data = file.read()
    rank = data[3]
    shape = struct.unpack(f">{rank}I", data[4 : 4 + 4 * rank])
    row = 1
    for side in shape[1:]:
        row *= side
    begin = 4 + 4 * rank
    part = data[:4] + struct.pack(f">{rank}I", keep, *shape[1:]) + data[begin : begin + keep * row]
    with open(f"{target}/{name}", "wb") as file:
        # No name and no time in the header: the same bytes whenever it is run.
        with gzip.GzipFile("", "wb", 9, file, mtime=0) as out:
            out.write(part)


for half, keep in (("train", 10_000), ("t10k", 2_000)):
    for kind in ("images-idx3", "labels-idx1"):
        cut(sys.argv[1], sys.argv[2], half, kind, keep)
