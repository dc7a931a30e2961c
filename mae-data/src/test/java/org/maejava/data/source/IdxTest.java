package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.ByteSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class IdxTest {

  private static final byte[] IMAGES =
      idx(new int[] {2, 2, 3}, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  private static final byte[] LABELS = idx(new int[] {2}, 1, 0);

  @Test
  void imagesAndLabelsAreReadPlainAndGzipped() throws IOException {
    for (var images : List.of(IMAGES, gzipped(IMAGES))) {
      var source = read(images, LABELS);
      assertThat(source.size()).isEqualTo(2);
      assertThat(source.classes()).containsExactly("0", "1");
      var second = (Example.Raw) source.get(1);
      assertThat(second.label()).isZero();
      assertThat(second.image().height()).isEqualTo(2);
      assertThat(second.image().width()).isEqualTo(3);
      assertThat(second.image().channels()).isEqualTo(1);
      assertThat(second.image().pixels()).containsExactly(7, 8, 9, 10, 11, 12);
    }
  }

  @Test
  void colourImagesHaveAFourthDimension() {
    var source = read(idx(new int[] {1, 1, 2, 3}, 1, 2, 3, 4, 5, 6), idx(new int[] {1}, 0));
    assertThat(((Example.Raw) source.get(0)).image().channels()).isEqualTo(3);
  }

  @Test
  void theDigestIsOfThePixelsAndLabels() throws IOException {
    assertThat(read(gzipped(IMAGES), LABELS).digest()).isEqualTo(read(IMAGES, LABELS).digest());
    assertThat(read(IMAGES, idx(new int[] {2}, 1, 1)).digest())
        .isNotEqualTo(read(IMAGES, LABELS).digest());
  }

  @Test
  void whatIsWrongWithAFileIsSaid() throws IOException {
    assertRefused(new byte[0], LABELS, "ends within its header");
    assertRefused(new byte[] {1, 2, 3, 4, 5}, LABELS, "begins with 01020304");
    assertRefused(Arrays.copyOf(IMAGES, IMAGES.length - 1), LABELS, "has 11 values");
    assertRefused(Arrays.copyOf(IMAGES, IMAGES.length + 1), LABELS, "has more values");
    var cut = gzipped(IMAGES);
    assertRefused(Arrays.copyOf(cut, cut.length - 9), LABELS, "ends within");
    assertRefused(IMAGES, idx(new int[] {3}, 0, 1, 0), "labels of shape [3] for 2 images");
    assertRefused(LABELS, LABELS, "images are [N, H, W]");
    assertRefused(idx(new int[] {0, 2, 2}), idx(new int[] {0}), "no images");
  }

  @Test
  void aClaimOfManyImagesCostsNoMemory() {
    var claims = idx(new int[] {Integer.MAX_VALUE, 28, 28});
    assertRefused(claims, LABELS, "at most 2 GiB");
    assertRefused(idx(new int[] {2_000_000, 28, 28}), LABELS, "has 0 values");
    assertRefused(idx(new int[] {-1, 28, 28}), LABELS, "4294967295");
  }

  /** Half a heap of zeros, which gzip packs into a thousandth. */
  @Test
  void whatWouldNotFitIntoTheHeapIsRefusedUnread() throws IOException {
    long bytes = Math.min(Integer.MAX_VALUE - 100, Runtime.getRuntime().maxMemory() / 2);
    int images = (int) (bytes / (1000 * 1000));
    var head = idx(new int[] {images, 1000, 1000});
    var packed = new byte[(int) (bytes / 1000)]; // is not looked at
    var gzip = gzipped(head);
    System.arraycopy(gzip, 0, packed, 0, gzip.length);
    assumeTrue(images * 1_000_000L > Runtime.getRuntime().maxMemory() / 3);
    assertRefused(packed, LABELS, "held in memory as a whole");
  }

  @Test
  void aLabelWithoutANameIsRefused() {
    assertThatThrownBy(
            () ->
                Idx.read(ByteSource.wrap(IMAGES), ByteSource.wrap(LABELS), List.of("only"), "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("label 1; there are 1 classes");
  }

  private static Idx read(byte[] images, byte[] labels) {
    return Idx.read(ByteSource.wrap(images), ByteSource.wrap(labels), List.of(), "a test");
  }

  private static void assertRefused(byte[] images, byte[] labels, String reason) {
    assertThatThrownBy(() -> read(images, labels))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] idx(int[] shape, int... values) {
    var buffer = ByteBuffer.allocate(4 + 4 * shape.length + values.length);
    buffer.putInt(0x0800 + shape.length);
    for (int side : shape) {
      buffer.putInt(side);
    }
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.array();
  }

  private static byte[] gzipped(byte[] bytes) throws IOException {
    var result = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(result)) {
      out.write(bytes);
    }
    return result.toByteArray();
  }
}
