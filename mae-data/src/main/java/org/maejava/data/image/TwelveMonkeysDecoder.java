package org.maejava.data.image;

import com.google.common.base.Throwables;
import com.google.common.collect.Streams;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.maejava.data.image.ImageHeader.Format;

/**
 * What TensorFlow's kernels do not read, by TwelveMonkeys' readers: WebP, TIFF, bitmaps with a
 * palette or compression, lossless and 12-bit JPEG.
 */
final class TwelveMonkeysDecoder {

  /** Far more than the largest image takes. */
  static final Duration TIME_LIMIT = Duration.ofSeconds(30);

  /**
   * Zeros behind a WebP, whose reader holds eight bytes more than it has used: without them it asks
   * for what is not there at each pixel that takes no bits.
   */
  private static final int AHEAD = 16;

  private TwelveMonkeysDecoder() {}

  /**
   * An image.
   *
   * @throws UnreadableImageException also if it takes longer than {@link #TIME_LIMIT}; its thread
   *     ends when it next asks for bytes
   */
  static Image decode(byte[] bytes, ImageHeader header, int channels, Alpha alpha)
      throws UnreadableImageException {
    boolean looksAhead = header.format() == Format.WEBP;
    var stream = new BoundedStream(looksAhead ? Arrays.copyOf(bytes, bytes.length + AHEAD) : bytes);
    var task = new FutureTask<>(() -> decode(stream, header, channels, alpha));
    var thread = new Thread(task, "mae-data-decode");
    thread.setDaemon(true);
    thread.start();
    try {
      return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(task, TIME_LIMIT));
    } catch (TimeoutException e) {
      stream.stop();
      throw new UnreadableImageException(
          "decoding it takes longer than " + TIME_LIMIT.toSeconds() + " seconds", e);
    } catch (ExecutionException e) {
      var cause = Objects.requireNonNullElse(e.getCause(), e);
      Throwables.throwIfInstanceOf(cause, UnreadableImageException.class);
      Throwables.throwIfUnchecked(cause);
      throw new IllegalStateException(cause);
    }
  }

  private static Image decode(BoundedStream stream, ImageHeader header, int channels, Alpha alpha)
      throws UnreadableImageException {
    var reader = reader(header.format());
    try (stream) {
      reader.setInput(stream, true, true);
      ImageHeader.require(
          reader.getWidth(0) == header.width() && reader.getHeight(0) == header.height(),
          "its header claims %s x %s pixels, it has %s x %s",
          header.width(),
          header.height(),
          reader.getWidth(0),
          reader.getHeight(0));
      return Rasters.image(reader.read(0), channels, alpha);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw new UnreadableImageException("it cannot be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(Format format) {
    return Streams.stream(ImageIO.getImageReadersByFormatName(format.name()))
        .filter(reader -> reader.getClass().getName().startsWith("com.twelvemonkeys."))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("there is no reader of " + format));
  }
}
