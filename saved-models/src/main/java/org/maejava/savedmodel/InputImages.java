package org.maejava.savedmodel;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.maejava.data.image.CenterCrop;
import org.maejava.data.image.Decoder;
import org.maejava.data.image.Decoding;
import org.maejava.data.image.Image;
import org.maejava.data.image.Resampler;
import org.maejava.data.image.UnreadableImageException;
import org.maejava.data.source.Example;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;

/**
 * From images of any size and kind to the pixel values that a model takes, decoded, framed and
 * resampled exactly as in the evaluation of its training. For many threads at once.
 */
public final class InputImages implements AutoCloseable {

  private final Decoder decoder;
  private final CenterCrop crop;
  private final Resampler resampler;

  /**
   * The images of a model.
   *
   * @param model whose input they become
   * @param data how its recipe decodes and frames
   * @throws IllegalArgumentException if the recipe does not say how
   */
  public InputImages(ModelConfig model, DataConfig data) {
    var input = model.getImage();
    crop = new CenterCrop(input, data.getEvalCropFraction());
    resampler = new Resampler(input.getHeight(), input.getWidth());
    decoder = new Decoder(input.getChannels(), Decoding.of(data));
  }

  /** Height, width and channels of what the model takes. */
  public ImageShape shape() {
    return crop.input();
  }

  /**
   * A file's pixel values.
   *
   * @return {@code [H·W·C]}, 0 to 1
   * @throws IOException naming the file and why it is no image that can be read
   */
  public float[] pixels(Path file) throws IOException {
    try {
      return pixels(Example.Encoded.of(file));
    } catch (UnreadableImageException e) {
      throw new IOException("%s: %s".formatted(file, e.reason()), e);
    }
  }

  /**
   * The pixel values of an image of a data set.
   *
   * @return {@code [H·W·C]}, 0 to 1
   * @throws UnreadableImageException if it cannot be read, with the reason
   */
  public float[] pixels(Example example) throws UnreadableImageException {
    return pixels(example.decoded(decoder));
  }

  /**
   * A whole file's pixel values.
   *
   * @param file JPEG, PNG, WebP, TIFF, GIF or BMP
   * @return {@code [H·W·C]}, 0 to 1
   * @throws UnreadableImageException if it is no image that can be decoded, with the reason
   */
  public float[] pixels(byte[] file) throws UnreadableImageException {
    return pixels(decoder.decode(file));
  }

  /**
   * The pixel values of an image of Java's, its samples as they are stored: no colour profile is
   * applied.
   *
   * @return {@code [H·W·C]}, 0 to 1
   * @throws UnreadableImageException if it has other than 1 to 4 channels of 1 to 16 bits
   */
  public float[] pixels(BufferedImage image) throws UnreadableImageException {
    return pixels(decoder.convert(image));
  }

  /**
   * The pixel values of a decoded image.
   *
   * @return {@code [H·W·C]}, 0 to 1
   * @throws UnreadableImageException if it is too thin to be scaled
   */
  public float[] pixels(Image image) throws UnreadableImageException {
    var inChannels = decoder.convert(image);
    var input = frame(inChannels).pixels();
    var values = new float[input.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (input[i] & 0xff) / 255f;
    }
    return values;
  }

  /** A batch of one file. */
  float[][] row(Path file) throws IOException {
    return new float[][] {pixels(file)};
  }

  /** A batch of one file's content. */
  float[][] row(byte[] file) throws IOException {
    return row("the image", file);
  }

  /** A batch of one file's content, read to its end. */
  float[][] row(InputStream file) throws IOException {
    int most = Math.toIntExact(Example.Encoded.MAX_BYTES);
    var bytes = file.readNBytes(most + 1);
    if (bytes.length > most) {
      throw new IOException("the stream has more than %d bytes; no image has".formatted(most));
    }
    return row("the stream", bytes);
  }

  /** A batch of one image of Java's. */
  float[][] row(BufferedImage image) throws IOException {
    try {
      return new float[][] {pixels(image)};
    } catch (UnreadableImageException e) {
      throw new IOException("the image: " + e.reason(), e);
    }
  }

  private float[][] row(String name, byte[] file) throws IOException {
    try {
      return new float[][] {pixels(file)};
    } catch (UnreadableImageException e) {
      throw new IOException("%s: %s".formatted(name, e.reason()), e);
    }
  }

  private Image frame(Image image) throws UnreadableImageException {
    try {
      var framing = crop.frame(image.height(), image.width());
      return resampler.resample(image, framing.box(), framing);
    } catch (IllegalArgumentException e) {
      throw new UnreadableImageException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
