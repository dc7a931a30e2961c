package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A hostile pickle is refused, with file, place and reason:")
class HostilePickleTest {

  private static final long[] TWO = {2};
  private static final long[] ONE = {1};

  @TempDir Path folder;

  static Stream<Arguments> pickles() {
    var all = new ArrayList<Arguments>();
    // Names that run something.
    for (var name :
        List.of(
            "os.system",
            "posix.system",
            "nt.system",
            "subprocess.Popen",
            "builtins.eval",
            "builtins.exec",
            "__builtin__.getattr",
            "builtins.__import__",
            "torch.load",
            "torch.hub.load",
            "torch.storage._load_from_bytes",
            "numpy.load",
            "pickle.loads",
            "importlib.import_module",
            "webbrowser.open",
            "java.lang.Runtime.exec",
            "operator.attrgetter",
            "torch._utils._rebuild_sparse_tensor",
            "torch.nn.modules.linear.Linear")) {
      int dot = name.lastIndexOf('.');
      var module = name.substring(0, dot);
      var leaf = name.substring(dot + 1);
      all.add(
          hostile(
              "reduce of " + name,
              PickleBytes.start().global(module, leaf).op('(').text("id").ops("tR").stop(),
              leaf));
    }
    all.add(
        hostile(
            "the same by text on the stack",
            PickleBytes.empty().op(0x80, 4).text("os").text("system").op(0x93, ')', 'R').stop(),
            "os.system"));
    all.add(
        hostile(
            "newobj",
            PickleBytes.start().global("os", "Popen").ops(")").op(0x81).stop(),
            "os.Popen"));
    all.add(
        hostile(
            "a name with control characters",
            PickleBytes.start().global("\u001b[31mos", "system").stop(),
            "?[31mos.system"));
    all.add(
        hostile(
            "build on a tensor",
            PickleBytes.dictOf(PickleBytes.empty().tensor("0", 2, 0, TWO, ONE).ops("}b")),
            "built on"));
    all.add(hostile("inst", PickleBytes.start().ops("(ios\nsystem\n").stop(), "INST"));
    all.add(hostile("obj", PickleBytes.start().op('(').global("os", "x").op('o').stop(), "os.x"));
    all.add(
        hostile(
            "obj of a known name",
            PickleBytes.start().op('(').global("torch", "Size").op('o').stop(),
            "OBJ"));
    all.add(hostile("ext1", PickleBytes.start().op(0x82, 1).stop(), "EXT"));
    all.add(hostile("ext4", PickleBytes.start().op(0x84).int32(1).stop(), "EXT"));
    all.add(hostile("newobj_ex", PickleBytes.start().op(0x92).stop(), "NEWOBJ_EX"));
    all.add(hostile("a text id", PickleBytes.start().ops("P0\n").stop(), "PERSID"));
    all.add(hostile("out-of-band buffer", PickleBytes.empty().op(0x80, 5, 0x97).stop(), "buffer"));
    all.add(hostile("an unknown opcode", PickleBytes.start().op(0xff).stop(), "0xff"));
    all.add(hostile("protocol 0", PickleBytes.empty().ops("(lp0\n").stop(), "protocol 2 to 5"));
    all.add(hostile("protocol 9", PickleBytes.empty().op(0x80, 9).op('}').stop(), "protocol 9"));
    all.add(
        hostile(
            "calling a text", PickleBytes.start().text("os.system").ops(")R").stop(), "called"));
    all.add(hostile("calling a result", PickleBytes.start().ops("}").ops(")R").stop(), "called"));
    all.add(
        hostile(
            "calling a type",
            PickleBytes.start().global("torch", "float32").ops(")R").stop(),
            "float32"));
    // Damage to the stack.
    all.add(hostile("an empty stack", PickleBytes.start().stop(), "not there"));
    all.add(hostile("popping below the mark", PickleBytes.start().ops("}(s").stop(), "not there"));
    all.add(hostile("no mark", PickleBytes.start().ops("}u").stop(), "mark"));
    all.add(hostile("two values at the end", PickleBytes.start().ops("}}").stop(), "left over"));
    all.add(hostile("a mark at the end", PickleBytes.start().ops("(}").stop(), "left over"));
    all.add(
        hostile("an odd number of entries", PickleBytes.start().ops("}(NNNu").stop(), "entries"));
    all.add(hostile("a list as key", PickleBytes.start().ops("}]Ns").stop(), "key"));
    all.add(hostile("entries in a list", PickleBytes.start().ops("]NNs").stop(), "no dictionary"));
    all.add(
        hostile("appending to a text", PickleBytes.start().text("a").ops("Na").stop(), "no list"));
    all.add(hostile("an unkept memo", PickleBytes.start().op('j').int32(-1).stop(), "4294967295"));
    all.add(hostile("no stop", PickleBytes.start().ops("}").bytes(), "ends in the middle"));
    // Lengths that lie.
    all.add(
        hostile(
            "a text of 2 GiB",
            PickleBytes.start().op('X').int32(Integer.MAX_VALUE).stop(),
            "2147483647"));
    all.add(hostile("a text of 4 GiB", PickleBytes.start().op('X').int32(-1).stop(), "4294967295"));
    all.add(
        hostile(
            "a text of 16 EiB",
            PickleBytes.empty().op(0x80, 4, 0x8d).int64(-1).stop(),
            "18446744073709551615"));
    all.add(
        hostile(
            "bytes of 8 EiB",
            PickleBytes.empty().op(0x80, 4, 0x8e).int64(Long.MAX_VALUE).stop(),
            "9223372036854775807"));
    all.add(
        hostile(
            "an array of bytes",
            PickleBytes.empty().op(0x80, 5, 0x96).int64(1L << 40).stop(),
            "1099511627776"));
    all.add(
        hostile(
            "a frame beyond the end",
            PickleBytes.empty().op(0x80, 4, 0x95).int64(1 << 20).stop(),
            "frame"));
    all.add(
        hostile(
            "a huge integer",
            PickleBytes.start().op(0x8b).int32(1 << 30).stop(),
            "integer of 1073741824"));
    all.add(
        hostile(
            "a negative integer length", PickleBytes.start().op(0x8b).int32(-1).stop(), "integer"));
    all.add(
        hostile(
            "a name without end", PickleBytes.start().ops("c" + "a".repeat(2000)).stop(), "1000"));
    all.add(
        hostile("no UTF-8", PickleBytes.start().op('X').int32(2).op(0xc3, 0x28).stop(), "UTF-8"));
    // Tensors that lie.
    all.add(tensor("a shape beyond the storage", 2, 0, new long[] {3}, ONE, "number 2"));
    all.add(tensor("a stride beyond it", 2, 0, TWO, new long[] {1 << 20}, "1048576"));
    all.add(tensor("an offset beyond it", 2, 1, TWO, ONE, "number 2"));
    all.add(tensor("a negative offset", 2, -1, TWO, ONE, "negative"));
    all.add(tensor("a negative stride", 2, 1, TWO, new long[] {-1}, "negative"));
    all.add(tensor("a negative size", 2, 0, new long[] {-2}, ONE, "negative"));
    all.add(tensor("missing strides", 2, 0, TWO, new long[0], "stride"));
    all.add(tensor("strides that overflow", 2, 0, TWO, new long[] {Long.MAX_VALUE}, "number"));
    all.add(
        tensor(
            "a stride of 0 as bomb",
            2,
            0,
            new long[] {1 << 14, 1 << 10},
            new long[] {0, 0},
            "repeats"));
    all.add(
        tensor(
            "sizes that overflow",
            2,
            0,
            new long[] {1 << 30, 1 << 30, 1 << 30},
            new long[] {0, 0, 0},
            "counted"));
    all.add(tensor("an enormous storage", 1L << 60, 0, TWO, ONE, "storage 0"));
    all.add(tensor("a negative storage", -2, 0, TWO, ONE, "negative"));
    all.add(
        tensor(
            "a length that is not the entry's",
            3,
            0,
            TWO,
            ONE,
            "needs 12".replace("needs", "need")));
    all.add(tensor("seventeen dimensions", 2, 0, new long[17], new long[17], "whole numbers"));
    all.add(
        hostile(
            "a storage that is not there",
            PickleBytes.dictOf(PickleBytes.empty().tensor("../0", 2, 0, TWO, ONE)),
            "../0"));
    all.add(
        hostile(
            "an id of another kind",
            PickleBytes.start().text("x").ops("Q").stop(),
            "no plain storage"));
    all.add(
        hostile(
            "a tensor of nothing",
            PickleBytes.start().global("torch._utils", "_rebuild_tensor_v2").ops(")R").stop(),
            "arguments"));
    all.add(
        hostile(
            "a parameter of nothing",
            PickleBytes.start().global("torch._utils", "_rebuild_parameter").ops(")R").stop(),
            "tensor"));
    all.add(
        hostile(
            "no tensors at all", PickleBytes.start().ops("}").stop(), "no dictionary of tensors"));
    all.add(hostile("a number", PickleBytes.start().number(7).stop(), "no dictionary of tensors"));
    return all.stream();
  }

  private static Arguments hostile(String what, byte[] pickle, String fact) {
    return Arguments.of(what, pickle, fact);
  }

  private static Arguments tensor(
      String what, long length, long offset, long[] shape, long[] strides, String fact) {
    return hostile(
        what,
        PickleBytes.dictOf(PickleBytes.empty().tensor("0", length, offset, shape, strides)),
        fact);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pickles")
  void aPickle(String what, byte[] pickle, String fact) throws IOException {
    refused(PytorchZip.of(pickle, new byte[8]), fact);
  }

  @Test
  void aDictionaryThatHoldsItself() throws IOException {
    refused(
        PytorchZip.of(
            PickleBytes.start().op('}', 'q', 0).text("a").op('h', 0).ops("s").stop(), new byte[8]),
        "no dictionary of tensors");
  }

  /** Each list holds the one before twice: a thousand bytes that would unfold to 2^300 values. */
  @Test
  void listsThatUnfoldWithoutEnd() throws IOException {
    var pickle = PickleBytes.start().ops("]").op('q', 0);
    for (int i = 0; i < 300; i++) {
      pickle.op('0', ']', '(').op('h', 0).op('h', 0).ops("e").op('q', 0);
    }
    refused(PytorchZip.of(pickle.stop(), new byte[8]), "no dictionary of tensors");
  }

  /** As a key or as the object of a call they would be walked through. */
  @Test
  void copiesOfOneLongListWithoutEnd() throws IOException {
    var pickle = PickleBytes.start().ops("](");
    for (int i = 0; i < 1000; i++) {
      pickle.ops("NN").op(0x86);
    }
    pickle.ops("e").op('q', 0).ops("0").global("collections", "OrderedDict").op('q', 1);
    for (int i = 0; i < 3000; i++) {
      pickle.op('0', 'h', 1, 'h', 0, 0x85, 'R');
    }
    refused(PytorchZip.of(pickle.stop(), new byte[8]), "copies more than");
  }

  @Test
  void moreOpcodesThanWeightsEverNeed() throws IOException {
    var pickle = PickleBytes.start();
    for (int i = 0; i < 1_100_000; i++) {
      pickle.op('}', '0');
    }
    refused(PytorchZip.of(pickle.ops("}").stop(), new byte[8]), "2000000 opcodes");
  }

  @Test
  void aPickleOfManyMegabytes() throws IOException {
    refused(PytorchZip.of(new byte[33 << 20], new byte[8]), "33554432");
  }

  private void refused(byte[] content, String fact) throws IOException {
    var path = folder.resolve("hostile.pth");
    Files.write(path, content);
    assertThatIOException()
        .isThrownBy(() -> TensorFiles.open(path).close())
        .withMessageContainingAll(path.toString(), fact)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000));
  }
}
