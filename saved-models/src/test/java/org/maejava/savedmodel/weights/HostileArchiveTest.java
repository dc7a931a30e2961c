package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.maejava.golden.Golden;
import org.maejava.random.Draws;
import org.maejava.random.Mutations;

@DisplayName("A file that only looks like one of PyTorch is refused, with file, place and reason:")
class HostileArchiveTest {

  private static final long[] TWO = {2};
  private static final long[] ONE = {1};

  @TempDir Path folder;

  @Test
  void entriesThatAreCompressedOrTwiceThereOrNamedLikePaths() throws IOException {
    var good = dict();
    refused(new PytorchZip().packed("a/data.pkl", good).finish(), "a/data.pkl is compressed");
    refused(
        new PytorchZip().stored("a/data.pkl", good).stored("data.pkl", good).finish(),
        "2 entries data.pkl");
    for (var name : List.of("../evil", "/etc/passwd", "a/../../b", "a\\..\\b")) {
      refused(new PytorchZip().stored("a/data.pkl", good).stored(name, good).finish(), name);
    }
    refused(new PytorchZip().stored("a/b.npy", good).finish(), "NumPy");
    refused(
        new PytorchZip().stored("a/data.pkl", good).stored("a/constants.pkl", good).finish(),
        "TorchScript");
    refused(
        new PytorchZip()
            .stored("a/data.pkl", good)
            .stored("a/byteorder", "big".getBytes(UTF_8))
            .finish(),
        "byte order is big");
  }

  @Test
  void entriesThatShareBytes() throws IOException {
    var bytes = PytorchZip.of(dict(), new byte[8]);
    var text = new String(bytes, ISO_8859_1);
    // In the directory the second storage's name stands at +46; its header's place at +42.
    int central = text.indexOf("PK\1\2");
    int second = text.indexOf("PK\1\2", central + 4);
    System.arraycopy(bytes, central + 42, bytes, second + 42, 4);
    refused(bytes, "is not at byte");
    var twins =
        new PytorchZip()
            .stored("a/data.pkl", dict())
            .stored("a/data/0", new byte[8])
            .stored("a/data/1", new byte[8])
            .finish();
    var long1 = new String(twins, ISO_8859_1);
    int storage = long1.indexOf("PK\1\2", long1.indexOf("PK\1\2") + 4);
    int own = long1.indexOf("PK\3\4", long1.indexOf("PK\3\4") + 4);
    for (int size : new int[] {storage + 20, storage + 24, own + 18, own + 22}) {
      twins[size] = 20;
    }
    refused(twins, "share bytes");
  }

  /** Readers that trust one header would read other bytes than those that trust the other. */
  @ParameterizedTest
  @CsvSource({"6, 1", "8, 8", "18, 1"})
  void anEntryThatIsAnotherOneInItsOwnHeader(int at, int value) throws IOException {
    var bytes = PytorchZip.of(dict(), new byte[8]);
    int own = new String(bytes, ISO_8859_1).indexOf("a/data/0") - 30;
    bytes[own + at] = (byte) value;
    refused(bytes, "entry a/data/0 is another one in its own header");
  }

  @ParameterizedTest
  @CsvSource({
    "COUNT, -1, claims 18446744073709551615 entries",
    "COUNT, -9223372036854775808, claims 9223372036854775808 entries",
    "COUNT, 1, more than the 1 entries",
    "COUNT, 1000000, claims 1000000 entries in",
    "BEGIN, -1, bytes at 18446744073709551615",
    "BEGIN, 9223372036854775807, cut off",
    "LENGTH, 9223372036854775807, claims 9223372036854775807 bytes",
    "LENGTH, 17000000, 16777216 at most",
    "PLACE, 4611686018427387904, claims to begin at 4611686018427387904",
    "PLACE, 0, not where it claims",
    "SIZE, -8, claims 18446744073709551608 bytes",
    "HEADER, -5, at 18446744073709551611",
    "HEADER, 9223372036854775807, at 9223372036854775807"
  })
  void aZip64RecordThatLies(Zip64.Field field, long value, String fact) throws IOException {
    var zip = new Zip64().add("a/data.pkl", dict()).add("a/data/0", new byte[8]);
    refused(zip.lie(field, value).finish(), fact);
  }

  @Test
  void aStreamThatDoesNotTellItsByteOrder() throws IOException {
    var good = Files.readAllBytes(Golden.path("mae_tiny_full_legacy.pth"));
    var told = new String(good, ISO_8859_1).indexOf("little_endian");
    good[told] = 'L';
    refused(good, "byte order is not little");
  }

  @Test
  void aFileCutOffAnywhere() throws IOException {
    for (var name : List.of("mae_tiny_encoder_only.pth", "mae_tiny_full_legacy.pth")) {
      var good = Files.readAllBytes(Golden.path(name));
      for (int i = 1; i < 40; i++) {
        var path = folder.resolve("cut%d-%s".formatted(i, name));
        Files.write(path, Arrays.copyOf(good, good.length * i / 40));
        assertThatIOException()
            .isThrownBy(() -> TensorFiles.open(path).close())
            .withMessageContaining(path.toString());
      }
    }
  }

  /** Either refused or read to the end: never another exception, never a hang. */
  @Test
  @Tag("row")
  void twoHundredMutationsOfEachForm() throws IOException {
    int refused = 0;
    var random = new Draws(11).at("mutations");
    for (var name :
        List.of("quirks.pth", "mae_tiny_full_legacy.pth", "mae_tiny_npl0.checkpoint-4.pth")) {
      var good = Files.readAllBytes(Golden.path(name));
      for (int i = 0; i < 200; i++) {
        var bad = good.clone();
        int count = 1 + random.nextInt(4);
        for (int k = 0; k < count; k++) {
          // The pickles lie at the front, the directory at the end.
          int from = random.nextBoolean() ? 0 : Math.max(0, bad.length - 4000);
          bad[from + random.nextInt(Math.min(bad.length - from, 4000))] = (byte) random.nextInt();
        }
        var path = folder.resolve(i + name);
        Files.write(path, bad);
        try (var file = TensorFiles.open(path)) {
          for (var tensor : file.shapes().keySet()) {
            file.floats(tensor);
          }
        } catch (IOException | IllegalStateException e) {
          assertThat(e).hasMessageContaining(path.toString());
          assertThat(e.getMessage()).hasSizeLessThan(2000);
          refused++;
        }
        Files.delete(path);
      }
    }
    Mutations.report("PyTorch's files", 3 * 200, refused);
    assertThat(refused).isGreaterThan(400);
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatIsNoWeightsAtAll(byte[] content, String fact) throws IOException {
    refused(content, fact);
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(new byte[0], "it is empty"),
        Arguments.of(bytes("hello, world"), "68 65 6c 6c"),
        Arguments.of(bytes("version https://git-lfs.github.com/spec/v1\noid"), "git lfs pull"),
        Arguments.of(bytes("<!DOCTYPE html><html>"), "web page"),
        Arguments.of(bytes("\u0089HDF\r\n\u001a\n"), "HDF5"),
        Arguments.of(bytes("\u001f\u008b\b"), "gzip"),
        Arguments.of(bytes("GGUF\3"), "GGUF"),
        Arguments.of(bytes("PK\3\4"), "no directory"),
        Arguments.of(bytes("\u0080\2K\1."), "none that PyTorch wrote"),
        Arguments.of(bytes("\u0080\2"), "ends in the middle"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static byte[] dict() {
    return PickleBytes.dictOf(PickleBytes.empty().tensor("0", 2, 0, TWO, ONE));
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
