package org.maejava.data.augment;

import org.maejava.data.image.Image;

/**
 * RandAugment's fifteen operations in timm's "increasing" form: a higher level is a stronger change
 * in each of them.
 */
enum Operation {
  AUTO_CONTRAST((image, how) -> PointOperations.autoContrast(image)),
  EQUALIZE((image, how) -> PointOperations.equalize(image)),
  INVERT((image, how) -> PointOperations.invert(image)),
  ROTATE(
      (image, how) ->
          how.move(Affine.rotate(how.signed(30), image.height(), image.width()), image)),
  POSTERIZE((image, how) -> PointOperations.posterize(image, 4 - (int) (how.level() * 4))),
  SOLARIZE((image, how) -> PointOperations.solarize(image, 256 - (int) (how.level() * 256))),
  SOLARIZE_ADD((image, how) -> PointOperations.solarizeAdd(image, (int) (how.level() * 110))),
  COLOUR((image, how) -> Enhancements.colour(image, 1 + how.signed(0.9))),
  CONTRAST((image, how) -> Enhancements.contrast(image, 1 + how.signed(0.9))),
  BRIGHTNESS((image, how) -> Enhancements.brightness(image, 1 + how.signed(0.9))),
  SHARPNESS((image, how) -> Enhancements.sharpness(image, 1 + how.signed(0.9))),
  SHEAR_X((image, how) -> how.move(Affine.shearX(how.signed(0.3)), image)),
  SHEAR_Y((image, how) -> how.move(Affine.shearY(how.signed(0.3)), image)),
  TRANSLATE_X((image, how) -> how.move(Affine.translateX(how.signed(0.45) * image.width()), image)),
  TRANSLATE_Y(
      (image, how) -> how.move(Affine.translateY(how.signed(0.45) * image.height()), image));

  /**
   * How it is done.
   *
   * @param level 0 to 1
   * @param negative to the other side, where an operation has two
   * @param interpolation of moved pixels
   * @param fill for each channel, where moved pixels leave nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record How(double level, boolean negative, Interpolation interpolation, byte[] fill) {

    double signed(double most) {
      return negative ? -level * most : level * most;
    }

    Image move(Affine affine, Image image) {
      return affine.apply(image, interpolation, fill);
    }
  }

  private interface Definition {
    Image apply(Image image, How how);
  }

  @SuppressWarnings("ImmutableEnumChecker") // functions that capture nothing
  private final Definition definition;

  Operation(Definition definition) {
    this.definition = definition;
  }

  Image apply(Image image, How how) {
    return definition.apply(image, how);
  }
}
