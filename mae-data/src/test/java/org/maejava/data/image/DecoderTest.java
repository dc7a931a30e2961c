package org.maejava.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.Pictures;

class DecoderTest {

  private static final Decoder COLOUR = new Decoder(3);
  private static final Decoder GREY = new Decoder(1);
  private static final BufferedImage PICTURE =
      Pictures.picture(61, 43, BufferedImage.TYPE_INT_RGB, 1);

  @AfterAll
  static void close() {
    COLOUR.close();
    GREY.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void aLosslessFormatGivesTheVeryPixels(String format) throws UnreadableImageException {
    assertThat(COLOUR.decode(Pictures.encoded(PICTURE, format)).pixels()).isEqualTo(rgb(PICTURE));
  }

  @Test
  void aJpegGivesNearlyThePixels() throws UnreadableImageException {
    var image = COLOUR.decode(Pictures.encoded(PICTURE, "jpg"));
    assertThat(image.height()).isEqualTo(43);
    assertThat(image.width()).isEqualTo(61);
    assertThat(meanDifference(image.pixels(), rgb(PICTURE))).isLessThan(4);
  }

  @Test
  void aGifGivesItsFirstPicture() throws UnreadableImageException {
    var gif = Pictures.encoded(PICTURE, "gif");
    var image = COLOUR.decode(gif);
    assertThat(image.width()).isEqualTo(61);
    assertThat(meanDifference(image.pixels(), rgb(PICTURE))).isLessThan(20);

    var twice = Arrays.copyOf(gif, gif.length + 1000);
    twice[gif.length - 1] = 0x2c;
    assertThat(COLOUR.decode(twice).pixels()).isEqualTo(image.pixels());
  }

  @Test
  void alphaIsLeftOut() throws UnreadableImageException {
    var transparent = Pictures.picture(9, 7, BufferedImage.TYPE_INT_ARGB, 2);
    transparent.setRGB(3, 3, 0x40102030);
    var image = COLOUR.decode(Pictures.encoded(transparent, "png"));
    int at = (3 * 9 + 3) * 3;
    assertThat(Arrays.copyOfRange(image.pixels(), at, at + 3)).containsExactly(0x10, 0x20, 0x30);
  }

  @Test
  void greyAndColourAreConvertedAsPillowConverts() throws UnreadableImageException {
    var grey = GREY.decode(Pictures.encoded(PICTURE, "png"));
    assertThat(grey.channels()).isEqualTo(1);
    var colours = rgb(PICTURE);
    for (int i = 0; i < grey.pixels().length; i++) {
      double luma =
          0.299 * (colours[3 * i] & 0xff)
              + 0.587 * (colours[3 * i + 1] & 0xff)
              + 0.114 * (colours[3 * i + 2] & 0xff);
      assertThat(grey.pixels()[i] & 0xff).isCloseTo((int) Math.round(luma), within(1));
    }

    var greyPicture = new BufferedImage(5, 4, BufferedImage.TYPE_BYTE_GRAY);
    greyPicture.getRaster().setSample(2, 1, 0, 200);
    var colour = COLOUR.decode(Pictures.encoded(greyPicture, "png"));
    int at = (1 * 5 + 2) * 3;
    assertThat(Arrays.copyOfRange(colour.pixels(), at, at + 3))
        .containsExactly((byte) 200, (byte) 200, (byte) 200);
    assertThat(GREY.decode(Pictures.encoded(greyPicture, "jpg")).pixels()).hasSize(20);
  }

  @Test
  void theFormatIsToldByTheBytesAndAPaletteIsResolved() throws UnreadableImageException {
    var indexed = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
    indexed.setRGB(1, 1, 0xffff0000);
    var image = COLOUR.decode(Pictures.encoded(indexed, "png"));
    int at = (8 + 1) * 3;
    assertThat(Arrays.copyOfRange(image.pixels(), at, at + 3)).containsExactly((byte) 255, 0, 0);
  }

  @Test
  void aBoxOfAJpegHasThePixelsOfTheWhole() throws UnreadableImageException {
    var bytes = Pictures.jpeg(211, 157, 3);
    var whole = COLOUR.decode(bytes);
    var header = ImageHeader.read(bytes);
    var random = new SplittableRandom(1);
    for (int i = 0; i < 50; i++) {
      int height = 1 + random.nextInt(157);
      int width = 1 + random.nextInt(211);
      var box =
          new Box(random.nextInt(157 - height + 1), random.nextInt(211 - width + 1), height, width);
      var region = COLOUR.decode(bytes, header, box);
      assertThat(cut(region.image(), region.box())).isEqualTo(cut(whole, box));
    }
  }

  @Test
  void manyThreadsGetWhatOneGets() throws Exception {
    var files = new ArrayList<byte[]>();
    var expected = new ArrayList<byte[]>();
    for (int i = 0; i < 20; i++) {
      files.add(Pictures.jpeg(60 + i, 50, i));
      expected.add(COLOUR.decode(files.get(i)).pixels());
    }
    var threads = Executors.newFixedThreadPool(4);
    try {
      var tasks = new ArrayList<Callable<byte[]>>();
      files.forEach(file -> tasks.add(() -> COLOUR.decode(file).pixels()));
      var results = threads.invokeAll(tasks);
      for (int i = 0; i < files.size(); i++) {
        assertThat(results.get(i).get()).isEqualTo(expected.get(i));
      }
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "bmp", "gif"})
  void aFileCutOffAnywhereIsRefusedOrDecodedButNeverWorse(String format) {
    var whole = Pictures.encoded(Pictures.picture(40, 30, BufferedImage.TYPE_INT_RGB, 5), format);
    int step = Math.max(1, whole.length / 60);
    for (int length = 0; length < whole.length - 12; length += step) {
      var cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> COLOUR.decode(cut))
          .as("%s cut to %s of %s bytes", format, length, whole.length)
          .isInstanceOf(UnreadableImageException.class)
          .message()
          .isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "png", "bmp", "gif"})
  void aFileWithFlippedBitsIsRefusedOrDecoded(String format) {
    var whole = Pictures.encoded(Pictures.picture(40, 30, BufferedImage.TYPE_INT_RGB, 6), format);
    var random = new SplittableRandom(2);
    for (int i = 0; i < 300; i++) {
      var broken = whole.clone();
      for (int flips = 0; flips < 3; flips++) {
        broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        var image = COLOUR.decode(broken);
        assertThat(image.channels()).isEqualTo(3);
      } catch (UnreadableImageException e) {
        assertThat(e).message().isNotBlank();
      }
    }
  }

  @Test
  void aHeaderThatClaimsTooMuchIsRefusedBeforeAnythingIsAllocated() {
    var png = Pictures.encoded(PICTURE, "png");
    ByteBuffer.wrap(png).putInt(16, Integer.MAX_VALUE).putInt(20, Integer.MAX_VALUE);
    assertRefused(png, "2147483647 x 2147483647");
    ByteBuffer.wrap(png).putInt(16, 20_000).putInt(20, 20_000);
    assertRefused(png, "at most 100000000");
    ByteBuffer.wrap(png).putInt(16, 0).putInt(20, 5);
    assertRefused(png, "0 x 5");
    ByteBuffer.wrap(png).putInt(16, 1_000_000).putInt(20, 1);
    assertRefused(png, "65535 on a side");
  }

  @Test
  void whatIsNoImageIsRefusedWithItsFirstBytes() {
    assertRefused(new byte[0], "the file is empty");
    assertRefused("<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII), "<!DOCTYPE html>");
    assertRefused("RIFF....WEBPVP8 ".getBytes(StandardCharsets.US_ASCII), "no whole header");
    assertRefused("RIFF....WAVEfmt ".getBytes(StandardCharsets.US_ASCII), "not a JPEG");
    assertRefused(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, "ends before");
  }

  @Test
  void aBitmapMayBeFollowedByAnything() throws UnreadableImageException {
    var bitmap = Pictures.encoded(PICTURE, "bmp");
    assertThat(COLOUR.decode(Arrays.copyOf(bitmap, bitmap.length + 2)).pixels())
        .isEqualTo(rgb(PICTURE));
  }

  @Test
  void aProgressiveJpegOfTooManyScansIsRefused() {
    var jpeg = new byte[2000];
    byte[] frame = {
      (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc2, 0, 17, 8, 0, 99, 0, 99, 3, 1, 0x22, 0
    };
    System.arraycopy(frame, 0, jpeg, 0, frame.length);
    for (int i = 20; i < 20 + 2 * (JpegHeader.MAX_SCANS + 1); i += 2) {
      jpeg[i] = (byte) 0xff;
      jpeg[i + 1] = (byte) 0xda;
    }
    assertRefused(jpeg, "more than 100 scans");
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> COLOUR.decode(bytes))
        .isInstanceOf(UnreadableImageException.class)
        .hasMessageContaining(reason);
  }

  private static byte[] cut(Image image, Box box) {
    var result = new byte[box.height() * box.width() * 3];
    for (int row = 0; row < box.height(); row++) {
      int from = ((box.top() + row) * image.width() + box.left()) * 3;
      System.arraycopy(image.pixels(), from, result, row * box.width() * 3, box.width() * 3);
    }
    return result;
  }

  private static byte[] rgb(BufferedImage image) {
    var pixels = new byte[image.getWidth() * image.getHeight() * 3];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        pixels[at++] = (byte) (rgb >> 16);
        pixels[at++] = (byte) (rgb >> 8);
        pixels[at++] = (byte) rgb;
      }
    }
    return pixels;
  }

  private static double meanDifference(byte[] a, byte[] b) {
    assertThat(a).hasSameSizeAs(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.abs((a[i] & 0xff) - (b[i] & 0xff));
    }
    return sum / a.length;
  }
}
