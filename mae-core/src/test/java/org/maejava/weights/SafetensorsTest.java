package org.maejava.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A safetensors file")
class SafetensorsTest {

  @TempDir Path folder;

  /** In memory, in the order in which they were put. */
  private static final class Tensors implements WeightSource {
    private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
    private final Map<String, float[]> values = new LinkedHashMap<>();

    Tensors put(String name, List<Integer> shape, float... tensor) {
      shapes.put(name, shape);
      values.put(name, tensor);
      return this;
    }

    @Override
    public Map<String, List<Integer>> shapes() {
      return shapes;
    }

    @Override
    public float[] floats(String name) {
      return values.get(name);
    }
  }

  /** In an array that is used again, as graphs hand theirs out. */
  private record Pieces(WeightSource source, int size) implements WeightSource {
    @Override
    public Map<String, List<Integer>> shapes() {
      return source.shapes();
    }

    @Override
    public float[] floats(String name) {
      return source.floats(name);
    }

    @Override
    public <E extends Exception> void pieces(String name, Taker<E> taker) throws E {
      var all = floats(name);
      var piece = new float[size];
      for (int from = 0; from < all.length; from += size) {
        int count = Math.min(size, all.length - from);
        System.arraycopy(all, from, piece, 0, count);
        taker.take(piece, count);
      }
    }
  }

  private static Tensors odd() {
    return new Tensors()
        .put("zeta.weight", List.of(2, 3), 1, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 0.1f, -1e-30f)
        .put("scalar", List.of(), 42)
        .put("empty", List.of(0, 3))
        .put("größe \"x\"\\\n", List.of(1), Float.NEGATIVE_INFINITY)
        .put("alpha", List.of(3), Float.intBitsToFloat(0x7fc12345), Float.NaN, 0);
  }

  @Test
  void readsBackEveryBitInTheOrderItWasWritten() throws IOException {
    var file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, odd(), Map.of());
    try (var read = Safetensors.open(file)) {
      assertThat(read.shapes()).containsExactlyEntriesOf(odd().shapes());
      assertThat(read.tensors().keySet()).containsExactlyElementsOf(odd().shapes().keySet());
      for (var name : odd().shapes().keySet()) {
        assertThat(bits(read.floats(name))).as(name).containsExactly(bits(odd().floats(name)));
      }
    }
  }

  @Test
  void isTheSameInWhateverPiecesItsTensorsCome() throws IOException {
    // More than is written at a time, in pieces that fit into nothing.
    var values = new float[200_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 7f;
    }
    var whole = new Tensors().put("a", List.of(200_003), values).put("b", List.of(2), 8, 9);
    var digest = SafetensorsWriter.write(folder.resolve("whole"), whole, Map.of());
    for (int size : new int[] {1, 999, 65_537, 131_072}) {
      var pieces = new Pieces(whole, size);
      var file = folder.resolve("pieces of " + size);
      assertThat(SafetensorsWriter.write(file, pieces, Map.of())).as("%d", size).isEqualTo(digest);
      assertThat(file).hasSameBinaryContentAs(folder.resolve("whole"));
    }
  }

  @Test
  void namesTheValueThatIsNoNumberInWhateverPieceItComes() {
    var source = new Tensors().put("w", List.of(2, 4), 0, 1, 2, 3, 4, Float.NaN, 6, 7);
    for (int size = 1; size <= 8; size++) {
      var finite = new FiniteWeights("the weights", new Pieces(source, size));
      var file = folder.resolve("pieces of " + size);
      assertThatExceptionOfType(NonFiniteWeightsException.class)
          .isThrownBy(() -> SafetensorsWriter.write(file, finite, Map.of()))
          .withMessageContaining("the weights cannot be used: value 6 of the 8 of w is NaN");
    }
  }

  @Test
  void thatIsCutOffWhileItIsOpenIsNamed() throws IOException {
    var file = folder.resolve("weights.safetensors");
    var source = new Tensors().put("a", List.of(4), 1, 2, 3, 4).put("b", List.of(2), 8, 9);
    SafetensorsWriter.write(file, source, Map.of());
    try (var read = Safetensors.open(file)) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 9);
      }
      assertThatIllegalStateException()
          .isThrownBy(() -> read.floats("a"))
          .withMessage(file + ": tensor a could not be read")
          .withStackTraceContaining("it ended early");
    }
  }

  @Test
  void keepsItsMetadata() throws IOException {
    var file = folder.resolve("weights.safetensors");
    var metadata = Map.of("format", "pt", "about", "größe \"x\"");
    SafetensorsWriter.write(file, odd(), metadata);
    try (var read = Safetensors.open(file)) {
      assertThat(read.metadata()).isEqualTo(metadata);
      assertThat(read.shapes()).doesNotContainKey("__metadata__");
    }
  }

  @Test
  void isDigestedAsItLiesOnTheDiskWithItsDataAligned() throws IOException {
    var file = folder.resolve("weights.safetensors");
    var digest = SafetensorsWriter.write(file, odd(), Map.of("a", "b"));
    var source = MoreFiles.asByteSource(file);
    assertThat(digest).isEqualTo(source.hash(Hashing.sha256()).toString());
    assertThat(ByteBuffer.wrap(source.read()).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
        .isZero();
  }

  @Test
  void isNotOverwritten() throws IOException {
    var file = Files.writeString(folder.resolve("weights.safetensors"), "precious");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> SafetensorsWriter.write(file, odd(), Map.of()))
        .withMessageContaining(file.toString());
    assertThat(file).hasContent("precious");
  }

  @Test
  void isNotWrittenWithATensorThatContradictsItsShape() {
    var source = new Tensors().put("head.bias", List.of(3), 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SafetensorsWriter.write(folder.resolve("x"), source, Map.of()))
        .withMessage("tensor head.bias of shape [3] has 2 values");
  }

  @Test
  void namesWhatItHasWhenAskedForWhatItHasNot() throws IOException {
    var file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, odd(), Map.of());
    try (var read = Safetensors.open(file)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> read.floats("beta"))
          .withMessageContainingAll(file.toString(), "beta", "zeta.weight", "alpha");
    }
  }

  @Test
  void saysSoWhenItIsReadAfterClosing() throws IOException {
    var file = folder.resolve("weights.safetensors");
    SafetensorsWriter.write(file, odd(), Map.of());
    var read = Safetensors.open(file);
    read.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> read.floats("alpha"))
        .withMessageContaining("alpha");
  }

  @Test
  void mayBeLargerThanWhatOneMappingCanHold() throws IOException {
    long large = 3L << 29;
    var header =
        """
        {"a":{"dtype":"F32","shape":[%1$d],"data_offsets":[0,%2$d]},\
        "b":{"dtype":"F32","shape":[%1$d],"data_offsets":[%2$d,%3$d]},\
        "last":{"dtype":"F32","shape":[2],"data_offsets":[%3$d,%4$d]}}"""
            .formatted(large / 4, large, 2 * large, 2 * large + 8);
    var file = folder.resolve("sparse.safetensors");
    var start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length()).put(header.getBytes(UTF_8));
    var end = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1.5f).putFloat(-2);
    try (var channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(start.flip(), 0);
      channel.write(end.flip(), 8 + header.length() + 2 * large);
    }
    try (var read = Safetensors.open(file)) {
      assertThat(read.floats("last")).containsExactly(1.5f, -2);
    }
  }

  private static int[] bits(float[] values) {
    var bits = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
