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
    int length = width * image.channels();
    var pixels = new byte[height * length];
    var rows = rows(image, box, framing);
    if (framing.height() == box.height()) {
      var row = new int[length];
      for (int i = 0; i < height; i++) {
        rows.read(framing.top() + i, row);
        write(row, pixels, i * length);
      }
    } else {
      var axis = new Axis(box.height(), framing.height(), framing.top(), height);
      alongColumns(rows, length, taps.getUnchecked(axis), pixels);
    }
    return new Image(height, width, image.channels(), pixels);
  }

  /** The box's rows at the result's width, values from 0 to 255. */
  private interface Rows {
    void read(int row, int[] values);
  }

  private Rows rows(Image image, Box box, Framing framing) {
    int channels = image.channels();
    if (framing.width() == box.width()) {
      return (row, values) -> {
        int in = start(image, box, row) + framing.left() * channels;
        for (int i = 0; i < values.length; i++) {
          values[i] = image.pixels()[in + i] & 0xff;
        }
      };
    }
    var axis = new Axis(box.width(), framing.width(), framing.left(), width);
    var horizontal = taps.getUnchecked(axis);
    return channels == 1
        ? (row, values) -> grey(image.pixels(), start(image, box, row), horizontal, values)
        : (row, values) -> colour(image.pixels(), start(image, box, row), horizontal, values);
  }

  private static void grey(byte[] pixels, int start, Taps taps, int[] values) {
    var weights = taps.weights();
    for (int column = 0; column < values.length; column++) {
      int in = start + taps.first(column);
      int weight = taps.offset(column);
      int sum = HALF;
      for (int end = weight + taps.count(column); weight < end; weight++) {
        sum += (pixels[in++] & 0xff) * weights[weight];
      }
      values[column] = clipped(sum);
    }
  }

  private static void colour(byte[] pixels, int start, Taps taps, int[] values) {
    var weights = taps.weights();
    int out = 0;
    for (int column = 0; out < values.length; column++) {
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
      values[out] = clipped(red);
      values[out + 1] = clipped(green);
      values[out + 2] = clipped(blue);
      out += 3;
    }
  }

  /**
   * Whole rows at a time, so that the inner loop runs on vectors; no more rows are held than one
   * result needs, which stay in cache and are no burden to the heap.
   */
  private void alongColumns(Rows rows, int length, Taps taps, byte[] pixels) {
    var held = new int[taps.width()][length];
    var sums = new int[length];
    int next = taps.first(0);
    for (int row = 0; row < height; row++) {
      int first = taps.first(row);
      int end = first + taps.count(row);
      for (next = Math.max(next, first); next < end; next++) {
        rows.read(next, held[next % held.length]);
      }
      Arrays.fill(sums, HALF);
      for (int in = first; in < end; in++) {
        addWeighted(sums, held[in % held.length], taps.weights()[taps.offset(row) + in - first]);
      }
      for (int i = 0; i < length; i++) {
        sums[i] = clipped(sums[i]);
      }
      write(sums, pixels, row * length);
    }
  }

  private static void write(int[] values, byte[] pixels, int out) {
    for (int i = 0; i < values.length; i++) {
      pixels[out + i] = (byte) values[i];
    }
  }

  private static void addWeighted(int[] sums, int[] row, int weight) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += row[i] * weight;
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
