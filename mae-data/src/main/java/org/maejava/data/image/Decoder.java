package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkState;

import java.util.Optional;
import org.maejava.data.Image;
import org.maejava.data.image.ImageHeader.Format;

/**
 * JPEG, PNG, BMP and GIF (its first picture) to pixels, by TensorFlow's kernels. The format is told
 * by the first bytes, not by a name. EXIF orientation and colour profiles are ignored and alpha is
 * left out, as in Pillow's {@code convert("RGB")}; 16-bit channels keep their upper half.
 *
 * <p>For many threads at once; each decodes on its own. TensorFlow is touched by the first call
 * only, so a decoder that is not needed costs nothing.
 */
public final class Decoder implements AutoCloseable {

  private final int channels;
  private final JpegDecoding jpeg;
  private Optional<DecodeKernels> kernels = Optional.empty();
  private boolean closed;

  /** A decoder to this many channels, 1 or 3. */
  public Decoder(int channels) {
    this(channels, JpegDecoding.ACCURATE);
  }

  /** A decoder to this many channels, 1 or 3, that may decode JPEGs less closely. */
  public Decoder(int channels, JpegDecoding jpeg) {
    this.channels = channels;
    this.jpeg = jpeg;
  }

  /**
   * A part of an image.
   *
   * @param image what was decoded
   * @param box where the pixels that were asked for lie in it
   */
  public record Region(Image image, Box box) {}

  /**
   * All of an image.
   *
   * @throws UnreadableImageException if it cannot be decoded, with the reason
   */
  public Image decode(byte[] bytes) throws UnreadableImageException {
    var header = ImageHeader.read(bytes);
    return decode(bytes, header, Box.whole(header.height(), header.width())).image();
  }

  /**
   * The pixels of a box at least; of a JPEG little more than that is decoded.
   *
   * @param bytes the whole file
   * @param header what {@link ImageHeader#read} says of it
   * @param box within the header's size
   * @throws UnreadableImageException if it cannot be decoded, with the reason
   */
  public Region decode(byte[] bytes, ImageHeader header, Box box) throws UnreadableImageException {
    if (header.format() == Format.JPEG) {
      return jpeg(bytes, header, box);
    }
    var image = other(bytes, header.format());
    ImageHeader.require(
        image.height() == header.height() && image.width() == header.width(),
        "its header claims %s x %s pixels, it has %s x %s",
        header.width(),
        header.height(),
        image.width(),
        image.height());
    return new Region(image, box);
  }

  /** An image that needs no decoding, in this decoder's channels. */
  public Image convert(Image image) {
    return Channels.convert(
        image.height(), image.width(), image.channels(), image.pixels(), channels);
  }

  private Region jpeg(byte[] bytes, ImageHeader header, Box box) throws UnreadableImageException {
    if (box.shareOf(header.height(), header.width()) == 1) {
      return new Region(kernels().jpeg(bytes), box);
    }
    var margin = JpegMargin.around(box, header);
    var inner =
        new Box(box.top() - margin.top(), box.left() - margin.left(), box.height(), box.width());
    return new Region(kernels().jpeg(bytes, margin), inner);
  }

  private Image other(byte[] bytes, Format format) throws UnreadableImageException {
    return switch (format) {
      case PNG -> kernels().png(bytes);
      case BMP -> kernels().bmp(BmpHeader.withoutTrailer(bytes));
      case GIF -> kernels().gif(GifFrames.first(bytes));
      case JPEG -> throw new AssertionError(format);
    };
  }

  private synchronized DecodeKernels kernels() {
    checkState(!closed, "the decoder is closed");
    if (kernels.isEmpty()) {
      kernels = Optional.of(new DecodeKernels(channels, jpeg));
    }
    return kernels.get();
  }

  /** Not while another thread decodes. */
  @Override
  public synchronized void close() {
    closed = true;
    kernels.ifPresent(DecodeKernels::close);
    kernels = Optional.empty();
  }
}
