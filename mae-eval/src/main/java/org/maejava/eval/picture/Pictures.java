package org.maejava.eval.picture;

import static com.google.common.base.Preconditions.checkArgument;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.maejava.model.PatchGrid;
import org.maejava.storage.WholeFile;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * Pictures of what the network sees and says, as in the paper's Figure 2.
 *
 * <p>Pixels are copied as numbers, never drawn, so it runs on a headless Java; only {@link
 * Headings} needs a font, and is left out where there is none.
 */
public final class Pictures {

  private static final int OPAQUE = 0xFF000000;
  private static final int SHOWN_HEIGHT = 112;

  /** Pixels between pictures that belong together, between rows, and between groups in a row. */
  private static final int GAP = 4;

  private static final int ROW_GAP = 16;
  private static final int GROUP_GAP = 40;

  /** Stripes of two light blues, which no grey image has, and of a colour image no patch alone. */
  private static final int HATCH = OPAQUE | 0xBDCADD;

  private static final int HATCH_STRIPE = OPAQUE | 0x92A8C6;

  /** So many stripes from top to bottom. */
  private static final int STRIPES = 14;

  private Pictures() {}

  /**
   * An RGB picture of {@code [H, W, C]} values; 0 is black, 1 white, beyond them is cut off, NaN is
   * black.
   *
   * @throws IllegalArgumentException if C is neither 1 (grey) nor 3 (RGB), or there is no pixel
   */
  public static BufferedImage image(float[][][] pixels) {
    checkPixels(pixels);
    var image = blank(pixels[0].length, pixels.length);
    for (int y = 0; y < pixels.length; y++) {
      for (int x = 0; x < pixels[y].length; x++) {
        float[] pixel = pixels[y][x];
        int last = pixel.length - 1;
        image.setRGB(
            x,
            y,
            OPAQUE | level(pixel[0]) << 16 | level(pixel[last / 2]) << 8 | level(pixel[last]));
      }
    }
    return image;
  }

  /**
   * Original, masked (hidden patches hatched), predicted (visible patches hatched), and both
   * together. What a network says of visible patches is not shown: usually no loss asks anything of
   * it. Small images are enlarged by a whole factor to about 112 pixels.
   *
   * @param original {@code [H, W, C]} in [0, 1]
   * @param predicted {@code [H, W, C]} in [0, 1]
   * @param hidden {@code [L]}, row-major
   */
  public static BufferedImage quartet(
      float[][][] original, float[][][] predicted, boolean[] hidden, PatchGrid grid) {
    checkFits(original, "original", grid);
    checkFits(predicted, "prediction", grid);
    return beside(
        List.of(
            one(original),
            masked(original, hidden, grid),
            masked(predicted, others(hidden), grid),
            one(paste(original, predicted, hidden, grid))));
  }

  private static boolean[] others(boolean[] hidden) {
    var others = new boolean[hidden.length];
    for (int i = 0; i < hidden.length; i++) {
      others[i] = !hidden[i];
    }
    return others;
  }

  /** The image as {@link #one} shows it, its hidden patches hatched; shapes as for quartets. */
  static BufferedImage masked(float[][][] original, boolean[] hidden, PatchGrid grid) {
    checkFits(original, "original", grid);
    checkArgument(
        hidden.length == grid.count(),
        "mask of %s patches does not fit a grid of %s",
        hidden.length,
        grid.count());
    var shown = one(original);
    int factor = shown.getHeight() / grid.height();
    int period = Math.max(2, shown.getHeight() / STRIPES);
    for (int y = 0; y < shown.getHeight(); y++) {
      for (int x = 0; x < shown.getWidth(); x++) {
        if (hidden[patch(y / factor, x / factor, grid)]) {
          shown.setRGB(x, y, (x + y) % period < (period + 2) / 4 ? HATCH_STRIPE : HATCH);
        }
      }
    }
    return shown;
  }

  private static int patch(int y, int x, PatchGrid grid) {
    return y / grid.patchHeight() * grid.columns() + x / grid.patchWidth();
  }

  /** One image's row of a mask {@code [B, L]}: whether each patch is hidden, {@code [L]}. */
  static boolean[] hidden(FloatNdArray mask, int image) {
    var hidden = new boolean[(int) mask.shape().get(1)];
    for (int patch = 0; patch < hidden.length; patch++) {
      hidden[patch] = mask.getFloat(image, patch) != 0;
    }
    return hidden;
  }

  /** An image by itself, enlarged to about 112 pixels if it is small. */
  public static BufferedImage one(float[][][] pixels) {
    return enlarge(image(pixels), Math.max(1, Math.round((float) SHOWN_HEIGHT / pixels.length)));
  }

  /** Images of one size beside each other, small ones enlarged to about 112 pixels. */
  public static BufferedImage row(List<float[][][]> images) {
    return beside(images.stream().map(Pictures::one).toList());
  }

  /** Pictures of one size beside each other, close enough to be seen as belonging together. */
  static BufferedImage beside(List<BufferedImage> pictures) {
    return grid(pictures, pictures.size(), GAP);
  }

  /** What a caption says of a sheet's columns: nothing where their headings are in the picture. */
  public static String captionOf(List<String> columns) {
    return Headings.canBeWritten() ? "" : String.join(" | ", columns);
  }

  /**
   * Rows as {@link #row} and {@link #quartet} make them, one below the other or in several columns,
   * far enough apart that each is seen as one, under headings if there is a font.
   *
   * @param headings of what stands beside each other in each row
   */
  public static BufferedImage sheet(List<BufferedImage> rows, int columns, List<String> headings) {
    var sheet = grid(rows, columns, GROUP_GAP, ROW_GAP);
    var strip = Headings.strip(rows.get(0).getWidth(), GAP, headings);
    if (strip.isEmpty()) {
      return sheet;
    }
    var strips = Collections.nCopies(Math.min(columns, rows.size()), strip.get());
    var above = grid(strips, columns, GROUP_GAP, ROW_GAP);
    var whole = blank(sheet.getWidth(), above.getHeight() + GAP + sheet.getHeight());
    copy(above, whole, 0, 0);
    copy(sheet, whole, 0, above.getHeight() + GAP);
    return whole;
  }

  /**
   * Pictures of one size in rows, with nothing between them.
   *
   * @param gap between neighbours, pixels
   */
  public static BufferedImage grid(List<BufferedImage> pictures, int columns, int gap) {
    return grid(pictures, columns, gap, gap);
  }

  private static BufferedImage grid(
      List<BufferedImage> pictures, int columns, int gap, int rowGap) {
    checkArgument(!pictures.isEmpty() && columns > 0, "a grid needs a picture and a column");
    int width = pictures.get(0).getWidth();
    int height = pictures.get(0).getHeight();
    int across = Math.min(columns, pictures.size());
    int down = (pictures.size() + columns - 1) / columns;
    var grid = blank(across * (width + gap) - gap, down * (height + rowGap) - rowGap);
    for (int i = 0; i < pictures.size(); i++) {
      var picture = pictures.get(i);
      checkArgument(
          picture.getWidth() == width && picture.getHeight() == height,
          "picture %s is %s x %s, the first is %s x %s: a grid needs one size",
          i,
          picture.getWidth(),
          picture.getHeight(),
          width,
          height);
      copy(picture, grid, i % columns * (width + gap), i / columns * (height + rowGap));
    }
    return grid;
  }

  private static void copy(BufferedImage from, BufferedImage to, int x, int y) {
    int width = from.getWidth();
    int height = from.getHeight();
    to.setRGB(x, y, width, height, from.getRGB(0, 0, width, height, null, 0, width), 0, width);
  }

  /** Every pixel becomes a square of {@code factor · factor}. */
  public static BufferedImage enlarge(BufferedImage picture, int factor) {
    checkArgument(factor > 0, "factor %s must be positive", factor);
    var large = blank(picture.getWidth() * factor, picture.getHeight() * factor);
    for (int y = 0; y < large.getHeight(); y++) {
      for (int x = 0; x < large.getWidth(); x++) {
        large.setRGB(x, y, picture.getRGB(x / factor, y / factor));
      }
    }
    return large;
  }

  /** The picture as a PNG file's bytes. */
  public static byte[] png(BufferedImage picture) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalStateException("this Java cannot write PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes a PNG file that is there whole or not at all. */
  public static void write(BufferedImage picture, Path file) throws IOException {
    WholeFile.write(file, png(picture));
  }

  /** Hidden patches of one image, visible ones of another; pixels are shared with both. */
  static float[][][] paste(
      float[][][] visible, float[][][] filling, boolean[] hidden, PatchGrid grid) {
    var result = new float[grid.height()][grid.width()][];
    for (int y = 0; y < grid.height(); y++) {
      for (int x = 0; x < grid.width(); x++) {
        result[y][x] = hidden[patch(y, x, grid)] ? filling[y][x] : visible[y][x];
      }
    }
    return result;
  }

  private static BufferedImage blank(int width, int height) {
    // Grey pictures are RGB too: Java's grey images are linear in light and change when copied.
    // What is between pictures is clear, for pages of any colour.
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
  }

  private static int level(float value) {
    return Math.round(255 * Math.max(0, Math.min(1, value)));
  }

  private static void checkFits(float[][][] pixels, String what, PatchGrid grid) {
    checkPixels(pixels);
    checkArgument(
        pixels.length == grid.height()
            && pixels[0].length == grid.width()
            && pixels[0][0].length == grid.channels(),
        "%s of %s x %s x %s does not fit a grid of %s x %s x %s",
        what,
        pixels.length,
        pixels[0].length,
        pixels[0][0].length,
        grid.height(),
        grid.width(),
        grid.channels());
  }

  private static void checkPixels(float[][][] pixels) {
    checkArgument(pixels.length > 0 && pixels[0].length > 0, "a picture needs a pixel");
    int channels = pixels[0][0].length;
    checkArgument(
        channels == 1 || channels == 3, "%s channels cannot be shown; 1 or 3 can", channels);
  }
}
