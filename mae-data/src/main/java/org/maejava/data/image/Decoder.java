package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkState;

import java.awt.image.BufferedImage;
import java.util.Optional;
import org.maejava.data.image.ImageHeader.Format;

/**
 * Encoded images to pixels: JPEG, PNG, BMP and GIF by TensorFlow's kernels, WebP, TIFF and the
 * bitmaps and JPEGs that those do not read by TwelveMonkeys. The format is told by the first bytes,
 * not by a name. As in Pillow's {@code convert("RGB")}, colour profiles are ignored and, unless
 * {@link Decoding} says otherwise, EXIF orientation too, and alpha is left out; 16-bit channels
 * keep their upper half.
 *
 * <p>For many threads at once; each image is decoded by one thread. TensorFlow is touched by the
 * first call only, so a decoder that is not needed costs nothing.
 */
public final class Decoder implements AutoCloseable {

  /** Pixels that no kernel needs a clock for: a second at most, in the hundred scans of a JPEG. */
  private static final int QUICK = 1 << 20;

  private final int channels;
  private final Decoding decoding;
  private final TimeLimit timeLimit;
  private Optional<DecodeKernels> kernels = Optional.empty();
  private boolean closed;

  /** A decoder to this many channels, 1 or 3, as Pillow and PyTorch do. */
  public Decoder(int channels) {
    this(channels, Decoding.usual());
  }

  /** A decoder to this many channels, 1 or 3. */
  public Decoder(int channels, Decoding decoding) {
    this.channels = channels;
    this.decoding = decoding;
    timeLimit = new TimeLimit(decoding.timeLimit());
  }

  /**
   * A part of an image.
   *
   * @param image what was decoded
   * @param box where the pixels that were asked for lie in it
   */
  public record Region(Image image, Box box) {}

  /**
   * The header of an encoded image, with the size that this decoder gives it: turned, if that is
   * asked for.
   *
   * @throws UnreadableImageException if it cannot be decoded, with the reason
   */
  public ImageHeader header(byte[] bytes) throws UnreadableImageException {
    var header = ImageHeader.read(bytes, decoding.maxPixels());
    return orientation(bytes, header).swapsSides() ? header.turned() : header;
  }

  private Orientation orientation(byte[] bytes, ImageHeader header) {
    return decoding.turned() && header.format() == Format.JPEG
        ? Orientation.of(bytes)
        : Orientation.UPRIGHT;
  }

  /**
   * All of an image.
   *
   * @throws UnreadableImageException if it cannot be decoded, with the reason
   */
  @SuppressWarnings("try") // memory is held, not used
  public Image decode(byte[] bytes) throws UnreadableImageException {
    var header = header(bytes);
    var box = Box.whole(header.height(), header.width());
    try (var memory = DecodingMemory.ofProcess().hold(header, box)) {
      return decode(bytes, header, box).image();
    }
  }

  /**
   * The pixels of a box at least; of a JPEG little more than that is decoded. The caller holds the
   * {@link DecodingMemory} for it.
   *
   * @param bytes the whole file
   * @param header what {@link #header} says of it
   * @param box within the header's size
   * @throws UnreadableImageException if it cannot be decoded, or not in {@link Decoding#timeLimit},
   *     with the reason
   */
  public Region decode(byte[] bytes, ImageHeader header, Box box) throws UnreadableImageException {
    return header.byKernel() && (long) header.height() * header.width() <= QUICK
        ? region(bytes, header, box)
        : timeLimit.of(() -> region(bytes, header, box));
  }

  private Region region(byte[] bytes, ImageHeader header, Box box) throws UnreadableImageException {
    var orientation = orientation(bytes, header);
    if (!orientation.equals(Orientation.UPRIGHT)) {
      return new Region(
          orientation.apply(whole(bytes, ImageHeader.read(bytes, decoding.maxPixels()))), box);
    }
    return header.format() == Format.JPEG && header.byKernel()
        ? jpeg(bytes, header, box)
        : new Region(whole(bytes, header), box);
  }

  private Image whole(byte[] bytes, ImageHeader header) throws UnreadableImageException {
    var image =
        header.byKernel()
            ? byKernel(bytes, header.format())
            : TwelveMonkeysDecoder.decode(bytes, header, channels, decoding.alpha());
    ImageHeader.require(
        image.height() == header.height() && image.width() == header.width(),
        "its header claims %s x %s pixels, it has %s x %s",
        header.width(),
        header.height(),
        image.width(),
        image.height());
    return image;
  }

  /** An image that needs no decoding, in this decoder's channels. */
  public Image convert(Image image) {
    return Channels.convert(
        image.height(), image.width(), image.channels(), image.pixels(), channels);
  }

  /**
   * An image of Java's, in this decoder's channels, its samples as they are stored.
   *
   * @throws UnreadableImageException if it has other than 1 to 4 channels of 1 to 16 bits
   */
  public Image convert(BufferedImage image) throws UnreadableImageException {
    return Rasters.image(image, channels, decoding.alpha());
  }

  private Region jpeg(byte[] bytes, ImageHeader header, Box box) throws UnreadableImageException {
    if (box.shareOf(header.height(), header.width()) == 1 || !JpegHeader.isWhole(bytes)) {
      return new Region(kernels().jpeg(bytes), box);
    }
    var margin = JpegMargin.around(box, header);
    var inner =
        new Box(box.top() - margin.top(), box.left() - margin.left(), box.height(), box.width());
    return new Region(kernels().jpeg(bytes, margin), inner);
  }

  private Image byKernel(byte[] bytes, Format format) throws UnreadableImageException {
    return switch (format) {
      case JPEG -> kernels().jpeg(bytes);
      case PNG -> kernels().png(bytes);
      case BMP -> kernels().bmp(BmpHeader.withoutTrailer(bytes));
      case GIF -> GifFrames.onCanvas(bytes, kernels().gif(GifFrames.first(bytes)));
      case WEBP, TIFF -> throw new AssertionError(format);
    };
  }

  private synchronized DecodeKernels kernels() {
    checkState(!closed, "the decoder is closed");
    if (kernels.isEmpty()) {
      kernels = Optional.of(new DecodeKernels(channels, decoding));
    }
    return kernels.get();
  }

  /** Not while another thread decodes. */
  @Override
  public synchronized void close() {
    closed = true;
    if (timeLimit.end()) { // else closing would wait for what was given up
      kernels.ifPresent(DecodeKernels::close);
    }
    kernels = Optional.empty();
  }
}
