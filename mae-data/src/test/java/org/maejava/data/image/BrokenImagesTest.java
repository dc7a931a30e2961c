package org.maejava.data.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.maejava.data.Pictures;

/** Files that end early, claim too much, or place their pixels elsewhere. */
@DisplayName("Broken images")
class BrokenImagesTest {

  private static final Decoder COLOUR = new Decoder(3);

  @AfterAll
  static void close() {
    COLOUR.close();
  }

  /** A crop that lies before the cut is refused as the whole is, and a whole file's is not. */
  @Test
  void aTruncatedJpegIsRefusedWhateverPartOfItIsWanted() throws UnreadableImageException {
    var whole = Pictures.jpeg(400, 300, 1);
    var top = new Box(0, 0, 40, 40);
    assertThat(COLOUR.decode(whole, COLOUR.header(whole), top).image().height()).isLessThan(300);
    for (int tenths = 3; tenths <= 10; tenths++) {
      var cut = Arrays.copyOf(whole, whole.length * tenths / 10 - 2); // at least the end's mark
      assertThatThrownBy(() -> COLOUR.decode(cut)).isInstanceOf(UnreadableImageException.class);
      assertThatThrownBy(() -> COLOUR.decode(cut, COLOUR.header(cut), top))
          .as("%s tenths", tenths)
          .isInstanceOf(UnreadableImageException.class);
    }
  }

  /** A lossless WebP of one colour: its five Huffman codes have one symbol each, of no bits. */
  static byte[] webp(int width, int height) {
    var bits = new Bits();
    bits.put(0x2f, 8).put(width - 1, 14).put(height - 1, 14).put(0, 1).put(0, 3);
    bits.put(0, 1); // no transform
    bits.put(0, 1); // no colour cache
    bits.put(0, 1); // one group of codes
    for (int symbol : new int[] {90, 200, 30, 255, 0}) {
      bits.put(1, 1).put(0, 1).put(1, 1).put(symbol, 8); // simple, one symbol, of 8 bits
    }
    var data = bits.bytes();
    int padded = (data.length + 1) / 2 * 2;
    var file = ByteBuffer.allocate(20 + padded).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(US_ASCII)).putInt(12 + padded).put("WEBPVP8L".getBytes(US_ASCII));
    file.putInt(data.length).put(data);
    return file.array();
  }

  private static final class Bits {
    private final byte[] bytes = new byte[64];
    private int at;

    Bits put(int value, int count) {
      for (int i = 0; i < count; i++, at++) {
        bytes[at / 8] |= (byte) (((value >>> i) & 1) << (at % 8));
      }
      return this;
    }

    byte[] bytes() {
      return Arrays.copyOf(bytes, (at + 7) / 8);
    }
  }

  @Test
  void aWebpOfOneColourIsRead() throws UnreadableImageException {
    var image = COLOUR.decode(webp(16, 9));
    assertThat(Arrays.copyOf(image.pixels(), 3)).containsExactly((byte) 200, (byte) 90, (byte) 30);
  }

  /** Pillow refuses it too: the length in the file's head goes beyond the file. */
  @Test
  void aWebpWhoseLengthsGoBeyondTheFileIsRefused() {
    var whole = webp(16, 9);
    for (int length = 30; length < whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> COLOUR.decode(cut)).hasMessageContaining("the WebP is cut off");
    }
    var liar = whole.clone();
    ByteBuffer.wrap(liar).order(ByteOrder.LITTLE_ENDIAN).putInt(16, 1000);
    assertThatThrownBy(() -> COLOUR.decode(liar)).hasMessageContaining("the WebP is cut off");
  }

  /** Truncated, and its lengths made to fit: there are no bits for the pixels that it claims. */
  @Test
  @Timeout(20)
  void aWebpWithoutBitsForItsPixelsIsNotGrey() {
    var bits = new Bits();
    bits.put(0x2f, 8).put(8191, 14).put(8191, 14).put(0, 4).put(0, 3);
    for (int code = 0; code < 5; code++) {
      bits.put(1, 1).put(1, 1).put(1, 1).put(3, 8).put(7, 8); // two symbols: a bit for each pixel
    }
    var data = Arrays.copyOf(bits.bytes(), 32);
    var file = ByteBuffer.allocate(20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(US_ASCII)).putInt(12 + data.length).put("WEBPVP8L".getBytes(US_ASCII));
    file.putInt(data.length).put(data);
    assertThatThrownBy(() -> COLOUR.decode(file.array()))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining("ends before its pixels do");
  }

  /** As Pillow 13 shows these very files. */
  @Test
  void aGifsPictureLiesWhereItIsPlacedOnItsCanvas() throws UnreadableImageException {
    assertPlaced(gif(8, 6, 4, 3, 3, 2, -1), 8, 6, 4, 3, 0);
    assertPlaced(gif(8, 6, 4, 3, 3, 2, 2), 8, 6, 4, 3, 2);
    assertPlaced(gif(4, 4, 2, 2, 4, 4, -1), 6, 6, 2, 2, 0);
    assertPlaced(gif(8, 6, 0, 0, 8, 6, 1), 8, 6, 0, 0, 0);
  }

  private static final List<List<Integer>> PALETTE =
      List.of(List.of(10, 20, 30), List.of(200, 100, 50), List.of(0, 255, 0), List.of(90, 91, 92));

  private static void assertPlaced(byte[] gif, int width, int height, int left, int top, int around)
      throws UnreadableImageException {
    var image = COLOUR.decode(gif);
    assertThat(image.width()).isEqualTo(width);
    assertThat(image.height()).isEqualTo(height);
    int frameWidth = gif[gif.length - 1];
    int frameHeight = gif[gif.length - 2];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean inside = x >= left && x < left + frameWidth && y >= top && y < top + frameHeight;
        int index = inside ? ((y - top) * frameWidth + x - left) % 3 + 1 : around;
        int at = 3 * (y * width + x);
        assertThat(
                List.of(
                    image.pixels()[at] & 0xff,
                    image.pixels()[at + 1] & 0xff,
                    image.pixels()[at + 2] & 0xff))
            .as("%s, %s", x, y)
            .isEqualTo(PALETTE.get(index));
      }
    }
  }

  /** Indices 1, 2, 3, 1, …, a clear code before every second; the frame's size as a trailer. */
  private static byte[] gif(
      int width, int height, int left, int top, int frameWidth, int frameHeight, int transparent) {
    var file = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    file.put("GIF89a".getBytes(US_ASCII)).putShort((short) width).putShort((short) height);
    file.put(new byte[] {(byte) 0x81, 2, 0});
    PALETTE.forEach(colour -> colour.forEach(level -> file.put(level.byteValue())));
    if (transparent >= 0) {
      file.put(new byte[] {0x21, (byte) 0xf9, 4, 1, 0, 0, (byte) transparent, 0});
    }
    file.put((byte) 0x2c).putShort((short) left).putShort((short) top);
    file.putShort((short) frameWidth).putShort((short) frameHeight).put((byte) 0);
    var bits = new Bits();
    for (int i = 0; i < frameWidth * frameHeight; i++) {
      if (i % 2 == 0) {
        bits.put(4, 3);
      }
      bits.put(i % 3 + 1, 3);
    }
    var data = bits.put(5, 3).bytes();
    file.put((byte) 2).put((byte) data.length).put(data).put((byte) 0).put((byte) 0x3b);
    file.put((byte) frameHeight).put((byte) frameWidth);
    return Arrays.copyOf(file.array(), file.position());
  }

  @Test
  void everyFormatCutAnywhereIsRefusedOrReadWhole() throws UnreadableImageException {
    var picture = Pictures.picture(40, 30, BufferedImage.TYPE_INT_RGB, 3);
    for (var format : List.of("png", "bmp", "gif", "tif")) {
      var whole = Pictures.encoded(picture, format);
      var pixels = COLOUR.decode(whole).pixels();
      for (int length = 0; length < whole.length - 1; length += 7) {
        try {
          var image = COLOUR.decode(Arrays.copyOf(whole, length));
          assertThat(image.pixels()).as("%s of %s bytes", format, length).isEqualTo(pixels);
        } catch (UnreadableImageException e) {
          assertThat(e.reason()).isNotBlank();
        }
      }
    }
  }
}
