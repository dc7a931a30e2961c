package org.maejava.savedmodel.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.maejava.golden.Golden;
import org.maejava.weights.Safetensors;
import org.maejava.weights.WeightSource;

@DisplayName("A file of PyTorch")
class PytorchFileTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "mae_tiny_full.pth, zip, 50",
    "mae_tiny_full_legacy.pth, stream, 50",
    "mae_tiny_encoder_only.pth, zip, 30"
  })
  void hasTheTensorsThatTheSameModelHasAsSafetensors(String name, String form, int count)
      throws IOException {
    try (var golden = Golden.open("mae_tiny_npl0");
        var file = TensorFiles.open(Golden.path(name))) {
      assertThat(file.format()).contains(form).contains("protocol 2");
      assertThat(file.notes()).isEmpty();
      assertThat(file.shapes()).hasSize(count);
      assertSame(file, golden.weights("param."), List.copyOf(file.shapes().keySet()));
    }
  }

  @Test
  void ofATrainingHasItsModelAndItsArgumentsNotTheOptimizersTensors() throws IOException {
    try (var file = TensorFiles.open(Golden.path("mae_tiny_npl0.checkpoint-4.pth"));
        var golden = Golden.open("mae_tiny_npl0")) {
      assertThat(file.shapes().keySet())
          .containsExactlyInAnyOrderElementsOf(golden.under("param."));
      assertSame(file, golden.weights("after5."), golden.under("after5."));
      assertThat(file.facts()).containsEntry("epoch", "4").containsKey("args/blr");
    }
  }

  @Test
  void keepsEveryOddityOfTypesStridesAndSharedStorages() throws IOException {
    try (var file = TensorFiles.open(Golden.path("quirks.pth"));
        var expected = Safetensors.open(Golden.path("quirks.safetensors"))) {
      assertThat(file.shapes().keySet())
          .containsExactlyInAnyOrderElementsOf(expected.shapes().keySet());
      assertSame(file, expected, List.copyOf(expected.shapes().keySet()));
    }
  }

  private static void assertSame(WeightSource read, WeightSource expected, List<String> names) {
    assertThat(names).isNotEmpty();
    for (var name : names) {
      assertThat(read.shapes().get(name)).as(name).isEqualTo(expected.shapes().get(name));
      assertThat(read.floats(name)).as(name).containsExactly(expected.floats(name));
    }
  }

  @ParameterizedTest
  @CsvSource({"'', ''", "model, ''", "state_dict, module.", "teacher, ''", "a/b/c, ''"})
  void isReadWhereverItsModelLies(String path, String prefix) throws IOException {
    var pickle = PickleBytes.start();
    var keys = path.isEmpty() ? List.<String>of() : List.of(path.split("/"));
    keys.forEach(key -> pickle.op('}').text(key));
    pickle.op('}').text(prefix + "patch_embed.proj.weight");
    pickle.tensor("0", 4, 0, new long[] {2, 2}, new long[] {2, 1}).op('s');
    keys.forEach(key -> pickle.op('s'));
    try (var file = open(pickle.stop(), values(4))) {
      assertThat(file.shapes()).containsOnlyKeys(prefix + "patch_embed.proj.weight");
    }
  }

  @Test
  void withTeacherAndStudentIsTheTeacherAndSaysSo() throws IOException {
    var pickle = PickleBytes.start().op('}');
    for (var key : List.of("student", "teacher")) {
      pickle.text(key).op('}').text("patch_embed.proj.weight");
      pickle.tensor("0", 4, key.equals("teacher") ? 2 : 0, new long[] {2}, new long[] {1});
      pickle.ops("ss");
    }
    try (var file = open(pickle.stop(), values(4))) {
      assertThat(file.floats("patch_embed.proj.weight")).containsExactly(2, 3);
      assertThat(file.notes()).singleElement().asString().contains("teacher", "student");
    }
  }

  @Test
  void isReadAtAnyOffsetAndStrides() throws IOException {
    var tensors = PickleBytes.start().op('}');
    var all =
        List.of(
            new long[][] {{0}, {2, 3}, {3, 1}},
            new long[][] {{1}, {2, 2}, {1, 2}},
            new long[][] {{5}, {}, {}},
            new long[][] {{6}, {0, 3}, {3, 1}},
            new long[][] {{2}, {1, 3}, {99, 1}},
            new long[][] {{4}, {3, 2}, {0, 1}});
    for (int i = 0; i < all.size(); i++) {
      tensors.text("t" + i);
      tensors.tensor("0", 6, all.get(i)[0][0], all.get(i)[1], all.get(i)[2]).op('s');
    }
    try (var file = open(tensors.stop(), values(6))) {
      assertThat(file.floats("t0")).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(file.floats("t1")).containsExactly(1, 3, 2, 4);
      assertThat(file.floats("t2")).containsExactly(5);
      assertThat(file.floats("t3")).isEmpty();
      assertThat(file.floats("t4")).containsExactly(2, 3, 4);
      assertThat(file.floats("t5")).containsExactly(4, 5, 4, 5, 4, 5);
    }
  }

  /** As files above 4 GiB must be; here small. */
  @Test
  void isReadWithAllOfItsSizesInZip64sRecords() throws IOException {
    var pickle =
        PickleBytes.dictOf(PickleBytes.empty().tensor("0", 4, 1, new long[] {3}, new long[] {1}));
    var zip = new Zip64().add("a/data.pkl", pickle).add("a/data/0", values(4)).finish();
    try (var file = TensorFiles.open(Files.write(folder.resolve("zip64.pth"), zip))) {
      assertThat(file.floats("w")).containsExactly(1, 2, 3);
    }
  }

  @Test
  void saysWhichTensorsAreOfATypeThatIsNotRead() throws IOException {
    var pickle = PickleBytes.start().op('}').text("w");
    pickle.tensor("0", 2, 0, new long[] {2}, new long[] {1}).op('s').text("c");
    pickle.global("torch._utils", "_rebuild_tensor_v2").op('(');
    pickle.storage("ComplexFloatStorage", "0", 1).number(0).tuple(1).tuple(1);
    pickle.ops("tRs");
    try (var file = open(pickle.stop(), values(2))) {
      assertThat(file.shapes()).containsOnlyKeys("w");
      assertThat(file.notes()).singleElement().asString().contains("c is of type ComplexFloat");
    }
  }

  @Test
  void whoseStorageWasDamagedIsRefusedWhenItIsRead() throws IOException {
    var bytes =
        PytorchZip.of(
            PickleBytes.dictOf(
                PickleBytes.empty().tensor("0", 4, 0, new long[] {4}, new long[] {1})),
            values(4));
    int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("a/data/0");
    bytes[at + "a/data/0".length() + 5] ^= 1;
    var path = Files.write(folder.resolve("damaged.pth"), bytes);
    try (var file = TensorFiles.open(path)) {
      org.assertj.core.api.Assertions.assertThatIllegalStateException()
          .isThrownBy(() -> file.floats("w"))
          .withMessageContainingAll(path.toString(), "w", "storage 0 is damaged");
    }
  }

  @Test
  void thatIsAnIndexOfShardsIsReadFromAllOfThem() throws IOException {
    var model = Golden.path("quirks.safetensors");
    Files.copy(model, folder.resolve("model-00001-of-00002.safetensors"));
    Files.write(
        folder.resolve("more.bin"),
        PytorchZip.of(
            PickleBytes.dictOf(
                PickleBytes.empty().tensor("0", 2, 0, new long[] {2}, new long[] {1})),
            values(2)));
    var map = new ArrayList<String>();
    try (var file = Safetensors.open(model)) {
      file.shapes()
          .keySet()
          .forEach(name -> map.add("\"%s\":\"model-00001-of-00002.safetensors\"".formatted(name)));
    }
    index(String.join(",", map) + ",\"w\":\"more.bin\"");
    for (var path : List.of(folder, folder.resolve("model.safetensors.index.json"))) {
      try (var file = TensorFiles.open(path);
          var expected = Safetensors.open(model)) {
        assertThat(file.floats("w")).containsExactly(0, 1);
        assertSame(file, expected, List.copyOf(expected.shapes().keySet()));
        assertThat(file.type("w")).isEqualTo("F32");
      }
    }
    index("\"w\":\"more.bin\",\"x\":\"more.bin\"");
    refusesTheIndex("x is not in more.bin");
    index(String.join(",", map.subList(1, map.size())));
    refusesTheIndex("model-00001-of-00002.safetensors holds");
    index(
        "\"w\":\"more.bin\",%s,\"w\":\"model-00001-of-00002.safetensors\""
            .formatted(String.join(",", map)));
    refusesTheIndex("is no index of shards: it has w twice");
    index("\"w\":\"../more.bin\"");
    refusesTheIndex("../more.bin");
    index("\"w\":\"none.bin\"");
    refusesTheIndex("none.bin");
    index("\"w\":7");
    refusesTheIndex("7");
    index("\"w\":[");
    refusesTheIndex("is no index");
    index("");
    refusesTheIndex("no tensors");
  }

  private void index(String map) throws IOException {
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{%s}}".formatted(map));
  }

  private void refusesTheIndex(String fact) {
    assertThatIOException()
        .isThrownBy(() -> TensorFiles.open(folder.resolve("model.safetensors.index.json")))
        .withMessageContaining(fact)
        .withMessageContaining(folder.toString());
  }

  private TensorFile open(byte[] pickle, byte[] storage) throws IOException {
    return TensorFiles.open(
        Files.write(folder.resolve("made.pth"), PytorchZip.of(pickle, storage)));
  }

  /** 0, 1, 2 … as float32. */
  private static byte[] values(int count) {
    var bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    IntStream.range(0, count).forEach(bytes::putFloat);
    return bytes.array();
  }
}
