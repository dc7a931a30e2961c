"""Calls every function of the two exports and writes what came out as safetensors, by hand: only TensorFlow is needed."""
import json
import struct

import numpy as np
import tensorflow as tf


def read(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    return {name: np.frombuffer(data[8 + length + info["data_offsets"][0]:8 + length + info["data_offsets"][1]],
                                np.float32).reshape(info["shape"])
            for name, info in header.items() if name != "__metadata__"}


def write(path, arrays):
    header, at = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(array.tobytes() for array in arrays.values()))


given = read("inputs.safetensors")
given["images"] = given["images"].reshape([-1, 32, 32, 3])
given["image_bytes"] = np.array([open(f"file{i}", "rb").read() for i in range(2)], object)
# Both at once: their variables have the same names and must not get in each other's way.
models = {name: tf.saved_model.load(name) for name in ["pretrained", "classifier"]}

outputs = {}
for name, model in models.items():
    alone = read(name + "/weights.safetensors")
    variables = {v.name.split(":")[0]: v for v in model.variables}
    assert variables.keys() == alone.keys(), variables.keys() ^ alone.keys()
    for key, variable in variables.items():
        assert np.array_equal(variable.numpy(), alone[key]), key
    checkpoint = tf.train.load_checkpoint(name + "/variables/variables")
    assert set(checkpoint.get_variable_to_shape_map()) == set(alone)
    for key, function in model.signatures.items():
        names = function.structured_input_signature[1].keys()
        for output, value in function(**{n: tf.constant(given[n]) for n in names}).items():
            if value.dtype == tf.string:
                best = np.argsort(-np.stack([o for o in function(
                    **{n: tf.constant(given[n]) for n in names})["probabilities"].numpy()]), axis=1)[:, :5]
                classes = open(name + "/assets/classes.txt").read().splitlines()
                assert [[classes[i] for i in row] for row in best] == [[v.decode() for v in row] for row in value.numpy()]
            else:
                outputs[f"{name}.{key}.{output}"] = value.numpy()

bad = given["image_bytes"].tolist()[:1] + [b"GIF89a, or so it says", b""]
try:
    models["classifier"].signatures["classify_from_bytes"](image_bytes=tf.constant(bad))
    raise SystemExit("bad bytes were taken")
except tf.errors.InvalidArgumentError as e:
    assert "no JPEG, PNG or still GIF" in str(e) and "[1 2]" in str(e), e

with tf.GradientTape() as tape:
    logits = models["classifier"].signatures["classify"](images=tf.constant(given["images"]))["logits"]
    loss = tf.reduce_mean(logits ** 2)
used = [v for v in models["classifier"].variables if v.name.startswith("head.")]
assert len(used) == 2 and all(g is not None for g in tape.gradient(loss, used)), "cannot be trained on"

write("outputs.safetensors", outputs)
