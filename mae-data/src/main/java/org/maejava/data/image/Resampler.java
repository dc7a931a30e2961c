package org.maejava.data.image;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import java.util.Arrays;

/**
 * Resampling of 8-bit images to the size of the network's input: first along rows into bytes, then
 * along columns, an axis that keeps its size left alone. With {@link Resampling#PILLOW_BICUBIC} it
 * equals Pillow's {@code crop(box).resize(size, BICUBIC)} to the last bit; published results were
 * made with that arithmetic, and no Java library has it.
 *
 * <p>May be used by many threads at once.
 */
public final class Resampler {

  private static final int HALF = 1 << (Taps.PRECISION - 1);

  private record Axis(int in, int scaled, int from, int size) {}

  private final int height;
  private final int width;
  private final LoadingCache<Axis, Taps> taps;

  /**
   * Pillow's bicubic.
   *
   * @param height of the result
   * @param width of the result
   */
  public Resampler(int height, int width) {
    this(Resampling.PILLOW_BICUBIC, height, width);
  }

  /**
   * Any kernel.
   *
   * @param height of the result
   * @param width of the result
   */
  public Resampler(Resampling kernel, int height, int width) {
    this.height = height;
    this.width = width;
    taps =
        CacheBuilder.newBuilder()
            .maximumSize(1024)
            .build(
                CacheLoader.from(
                    axis -> new Taps(kernel, axis.in, axis.scaled, axis.from, axis.size)));
  }

  /**
   * The framed part of an image at the result's size.
   *
   * @param image holds at least the box's pixels
   * @param box where {@code framing.box()} lies in {@code image}, which may be a part of the image
   *     that was framed
   */
  public Image resample(Image image, Box box, Framing framing) {
    int channels = image.channels();
    boolean sameHeight = framing.height() == box.height();
    int top = framing.top();
    int bottom = top + height;
    var vertical = taps.getUnchecked(new Axis(box.height(), framing.height(), top, height));
    if (!sameHeight) {
      top = vertical.begin();
      bottom = vertical.end();
    }

    var rows = new int[(bottom - top) * width * channels];
    if (framing.width() == box.width()) {
      copyRows(image, box, framing.left(), top, rows);
    } else {
      var axis = new Axis(box.width(), framing.width(), framing.left(), width);
      var horizontal = taps.getUnchecked(axis);
      if (channels == 1) {
        alongRowsOfGrey(image, box, top, horizontal, rows);
      } else {
        alongRowsOfColour(image, box, top, horizontal, rows);
      }
    }
    var pixels = new byte[height * width * channels];
    if (sameHeight) {
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = (byte) rows[i];
      }
    } else {
      alongColumns(rows, width * channels, top, vertical, pixels);
    }
    return new Image(height, width, channels, pixels);
  }

  private void copyRows(Image image, Box box, int left, int top, int[] rows) {
    int length = width * image.channels();
    for (int out = 0; out < rows.length; out += length) {
      int in = start(image, box, top + out / length) + left * image.channels();
      for (int i = 0; i < length; i++) {
        rows[out + i] = image.pixels()[in + i] & 0xff;
      }
    }
  }

  private void alongRowsOfGrey(Image image, Box box, int top, Taps taps, int[] rows) {
    var pixels = image.pixels();
    var weights = taps.weights();
    int out = 0;
    for (int row = top; out < rows.length; row++) {
      int start = start(image, box, row);
      for (int column = 0; column < width; column++) {
        int in = start + taps.first(column);
        int weight = taps.offset(column);
        int sum = HALF;
        for (int end = weight + taps.count(column); weight < end; weight++) {
          sum += (pixels[in++] & 0xff) * weights[weight];
        }
        rows[out++] = clipped(sum);
      }
    }
  }

  private void alongRowsOfColour(Image image, Box box, int top, Taps taps, int[] rows) {
    var pixels = image.pixels();
    var weights = taps.weights();
    int out = 0;
    for (int row = top; out < rows.length; row++) {
      int start = start(image, box, row);
      for (int column = 0; column < width; column++) {
        int in = start + 3 * taps.first(column);
        int weight = taps.offset(column);
        int end = weight + taps.count(column);
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        // Two at a time: the loop's own work is half of a tap's.
        for (; weight + 1 < end; weight += 2) {
          int w = weights[weight];
          int next = weights[weight + 1];
          red += (pixels[in] & 0xff) * w + (pixels[in + 3] & 0xff) * next;
          green += (pixels[in + 1] & 0xff) * w + (pixels[in + 4] & 0xff) * next;
          blue += (pixels[in + 2] & 0xff) * w + (pixels[in + 5] & 0xff) * next;
          in += 6;
        }
        if (weight < end) {
          int w = weights[weight];
          red += (pixels[in] & 0xff) * w;
          green += (pixels[in + 1] & 0xff) * w;
          blue += (pixels[in + 2] & 0xff) * w;
        }
        rows[out] = clipped(red);
        rows[out + 1] = clipped(green);
        rows[out + 2] = clipped(blue);
        out += 3;
      }
    }
  }

  /** Whole rows at a time, so that the inner loop runs on vectors. */
  private void alongColumns(int[] rows, int length, int top, Taps taps, byte[] pixels) {
    var sums = new int[length];
    for (int row = 0; row < height; row++) {
      int in = (taps.first(row) - top) * length;
      int weight = taps.offset(row);
      Arrays.fill(sums, HALF);
      for (int end = weight + taps.count(row); weight < end; weight++) {
        addWeighted(sums, rows, in, taps.weights()[weight]);
        in += length;
      }
      int out = row * length;
      for (int i = 0; i < length; i++) {
        pixels[out + i] = (byte) clipped(sums[i]);
      }
    }
  }

  private static void addWeighted(int[] sums, int[] rows, int in, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += rows[in + i] * weight;
    }
  }

  /** Where a row of the box begins in the image. */
  private static int start(Image image, Box box, int row) {
    return ((box.top() + row) * image.width() + box.left()) * image.channels();
  }

  private static int clipped(int sum) {
    return Math.max(0, Math.min(255, sum >> Taps.PRECISION));
  }
}
