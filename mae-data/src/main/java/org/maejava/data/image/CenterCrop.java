package org.maejava.data.image;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.random.RandomGenerator;
import org.maejava.proto.ImageShape;

/**
 * The evaluation's framing: scale, then cut out the middle, as torchvision's {@code Resize} and
 * {@code CenterCrop} do.
 *
 * <p>The image is scaled, aspect kept, to the smallest size that covers {@code ⌊height / fraction⌋
 * × ⌊width / fraction⌋}. For a square input that is torchvision's rule: the shorter side becomes
 * {@code ⌊side / fraction⌋}, the longer one {@code ⌊shorter' · longer / shorter⌋}. The margins are
 * halved, and half a pixel goes to the even side.
 *
 * @param input the shape of the network's input
 * @param fraction of the covered size that is kept: 0.875 is 224 of 256
 */
public record CenterCrop(ImageShape input, double fraction) implements Crop {

  /** So that 32 / (32 / 36.0), which is below 36 in doubles, is 36. */
  private static final double ROUNDING = 1e-6;

  public CenterCrop {
    checkArgument(
        fraction > 0 && fraction <= 1,
        "data.eval_crop_fraction %s; it must be in (0, 1]",
        fraction);
  }

  @Override
  public Framing frame(int imageHeight, int imageWidth, RandomGenerator random) {
    return frame(imageHeight, imageWidth);
  }

  /** The framing, which depends on no draw. */
  public Framing frame(int imageHeight, int imageWidth) {
    int height = input.getHeight();
    int width = input.getWidth();
    long coverHeight = coverHeight();
    long coverWidth = coverWidth();
    boolean relativelyWider = imageHeight * coverWidth <= imageWidth * coverHeight;
    long scaledHeight = relativelyWider ? coverHeight : coverWidth * imageHeight / imageWidth;
    long scaledWidth = relativelyWider ? coverHeight * imageWidth / imageHeight : coverWidth;
    checkArgument(
        scaledHeight <= Integer.MAX_VALUE && scaledWidth <= Integer.MAX_VALUE,
        "an image of %s x %s is too thin to be scaled to cover %s x %s",
        imageHeight,
        imageWidth,
        coverHeight,
        coverWidth);
    return new Framing(
        Box.whole(imageHeight, imageWidth),
        (int) scaledHeight,
        (int) scaledWidth,
        (int) Math.rint((scaledHeight - height) / 2.0),
        (int) Math.rint((scaledWidth - width) / 2.0));
  }

  /** The height that the scaled image has at least. */
  public long coverHeight() {
    return covered(input.getHeight());
  }

  /** The width that the scaled image has at least. */
  public long coverWidth() {
    return covered(input.getWidth());
  }

  private long covered(int side) {
    return (long) (side / fraction + ROUNDING);
  }
}
