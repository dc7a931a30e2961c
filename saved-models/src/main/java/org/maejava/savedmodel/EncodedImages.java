package org.maejava.savedmodel;

import java.util.Base64;
import java.util.List;
import org.maejava.data.image.CenterCrop;
import org.maejava.proto.DataConfig;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.tensorflow.ConcreteFunction;
import org.tensorflow.Operand;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.AssertThat;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Sum;
import org.tensorflow.op.image.DecodeJpeg;
import org.tensorflow.op.image.ScaleAndTranslate;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TNumber;
import org.tensorflow.types.family.TType;

/**
 * Encoded images to pixel values inside the graph: decoded, framed as in evaluation, resampled,
 * with operations that every TensorFlow has.
 *
 * <p>Its bicubic filter is Pillow's in floating point; Pillow itself works in fixed point, so
 * values differ by one level of 255 at most, and seldom.
 *
 * @param model whose input the images become
 * @param data how evaluation frames them
 */
record EncodedImages(ModelConfig model, DataConfig data) {

  /** What JPEGs, PNGs and still GIFs are decoded at once. */
  private static final long AT_ONCE = 16;

  /** One black pixel: an element that is always there, so that a batch of bad ones has a size. */
  private static final byte[] SMALLEST_PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNg"
                  + "AAAAAgAB5Sfe/AAAAABJRU5ErkJggg==");

  private static final String BAD =
      "these elements of image_bytes, counted from 0, are no JPEG, PNG or still GIF that can be"
          + " decoded: ";

  private static final List<Class<? extends TType>> TYPES = List.of(TInt64.class, TFloat32.class);

  /**
   * Files {@code [B]} → pixel values {@code [B, H, W, C]}, 0 to 1.
   *
   * <p>Fails naming every element that is not an image.
   */
  Operand<TFloat32> decode(Ops tf, Operand<TString> files) {
    // A data set, not a mapped function, because only that can go on after an element's error.
    var one = Shape.of(image().getHeight(), image().getWidth(), image().getChannels());
    var shapes = List.of(Shape.scalar(), one);
    var smallest = tf.constant(TString.tensorOfBytes(NdArrays.vectorOfObjects(SMALLEST_PNG)));
    var all = tf.concat(List.of(smallest, files), tf.constant(0));
    var count = tf.dtypes.cast(tf.size(all, TInt32.class), TInt64.class);
    var indices = tf.range(tf.constant(0L), count, tf.constant(1L));

    var elements =
        tf.data.tensorSliceDataset(List.of(indices, all), List.of(Shape.scalar(), Shape.scalar()));
    var decoded =
        tf.data.parallelMapDataset(
            elements,
            List.of(),
            tf.constant(AT_ONCE),
            ConcreteFunction.create(this::one),
            TYPES,
            shapes);
    var good = tf.data.ignoreErrorsDataset(decoded, TYPES, shapes);
    var batched = List.of(Shape.of(Shape.UNKNOWN_SIZE), batchOf(one));
    var batch = tf.data.batchDataset(good, count, tf.constant(false), TYPES, batched);
    var parts = tf.data.datasetToSingleElement(batch, TYPES, batched).components();

    @SuppressWarnings("unchecked") // as TYPES says
    var found = (Operand<TInt64>) parts.get(0);
    @SuppressWarnings("unchecked")
    var pixels = (Operand<TFloat32>) parts.get(1);
    var missing = tf.math.sub(tf.setDiff1d(indices, found).out(), tf.constant(1L));
    var complete =
        tf.assertThat(
            tf.math.equal(tf.size(missing, TInt32.class), tf.constant(0)),
            List.of(tf.constant(BAD), missing),
            AssertThat.summarize(100L));
    return tf.withControlDependencies(List.of(complete))
        .slice(
            pixels, tf.constant(new int[] {1, 0, 0, 0}), tf.constant(new int[] {-1, -1, -1, -1}));
  }

  private ImageShape image() {
    return model.getImage();
  }

  private static Shape batchOf(Shape one) {
    return Shape.of(Shape.UNKNOWN_SIZE, one.get(0), one.get(1), one.get(2));
  }

  /** The function of one element: its index, which stays, and its bytes, which become pixels. */
  private Signature one(Ops tf) {
    var index = tf.placeholder(TInt64.class, Placeholder.shape(Shape.scalar()));
    var file = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    return Signature.builder()
        .input("index", index)
        .input("file", file)
        .output("index", tf.identity(index))
        .output("pixels", pixels(tf, file))
        .build();
  }

  private Operand<TFloat32> pixels(Ops tf, Operand<TString> file) {
    // The kernel of JPEGs reads PNGs and still GIFs too, and is the one that decodes closely.
    var colour =
        tf.image.decodeJpeg(
            file,
            DecodeJpeg.channels(3L),
            DecodeJpeg.dctMethod("INTEGER_ACCURATE"),
            DecodeJpeg.fancyUpscaling(true));
    var levels = image().getChannels() == 1 ? grey(tf, colour) : colour;
    var scaled = tf.math.div(resampled(tf, levels), tf.constant(255f));
    return tf.reshape(
        scaled,
        tf.constant(new int[] {image().getHeight(), image().getWidth(), image().getChannels()}));
  }

  /** The luma of ITU-R 601-2 in Pillow's fixed-point arithmetic. */
  private static Operand<TUint8> grey(Ops tf, Operand<TUint8> colour) {
    var shares = tf.constant(new int[] {19595, 38470, 7471});
    var sum =
        tf.sum(
            tf.math.mul(tf.dtypes.cast(colour, TInt32.class), shares),
            tf.constant(-1),
            Sum.keepDims(true));
    var rounded = tf.math.add(sum, tf.constant(0x8000));
    return tf.dtypes.cast(tf.math.floorDiv(rounded, tf.constant(1 << 16)), TUint8.class);
  }

  /** The middle of the image, scaled as {@link CenterCrop} frames it. */
  private Operand<TFloat32> resampled(Ops tf, Operand<TUint8> levels) {
    var crop = new CenterCrop(image(), data.getEvalCropFraction());
    var size =
        tf.slice(
            tf.shape(levels, TInt64.class),
            tf.constant(new long[] {0}),
            tf.constant(new long[] {2}));
    var sides = tf.unstack(size, 2L).output();
    var height = sides.get(0);
    var width = sides.get(1);
    var coverHeight = tf.constant(crop.coverHeight());
    var coverWidth = tf.constant(crop.coverWidth());
    var wider = tf.math.lessEqual(tf.math.mul(height, coverWidth), tf.math.mul(width, coverHeight));
    var scaledHeight =
        tf.select(wider, coverHeight, tf.math.floorDiv(tf.math.mul(coverWidth, height), width));
    var scaledWidth =
        tf.select(wider, tf.math.floorDiv(tf.math.mul(coverHeight, width), height), coverWidth);

    // Along rows, then along columns, rounded to bytes after each, as Pillow does.
    var batch = tf.expandDims(levels, tf.constant(0));
    var inputWidth = tf.constant(image().getWidth());
    var inputHeight = tf.constant(image().getHeight());
    var alongRows = new Axis(width, scaledWidth, inputWidth);
    var alongColumns = new Axis(height, scaledHeight, inputHeight);
    var narrow = resized(tf, batch, Axis.kept(tf, height), alongRows);
    return resized(tf, narrow, alongColumns, Axis.kept(tf, tf.constant((long) image().getWidth())));
  }

  /** One axis of a resizing: its size before, its size scaled, and how much of that is kept. */
  private record Axis(Operand<TInt64> size, Operand<TInt64> scaled, Operand<TInt32> kept) {

    static Axis kept(Ops tf, Operand<TInt64> size) {
      return new Axis(size, size, tf.dtypes.cast(size, TInt32.class));
    }

    Operand<TFloat32> scale(Ops tf) {
      return tf.math.div(
          tf.dtypes.cast(scaled, TFloat32.class), tf.dtypes.cast(size, TFloat32.class));
    }

    /** Of the middle, half a pixel to the even side. */
    Operand<TFloat32> translation(Ops tf) {
      var both = tf.math.sub(scaled, tf.dtypes.cast(kept, TInt64.class));
      var margin = tf.math.div(tf.dtypes.cast(both, TFloat32.class), tf.constant(2f));
      return tf.math.neg(tf.math.rint(margin));
    }
  }

  private static Operand<TFloat32> resized(
      Ops tf, Operand<? extends TNumber> images, Axis rows, Axis columns) {
    var resized =
        tf.image.scaleAndTranslate(
            images,
            tf.stack(List.of(rows.kept, columns.kept)),
            tf.stack(List.of(rows.scale(tf), columns.scale(tf))),
            tf.stack(List.of(rows.translation(tf), columns.translation(tf))),
            ScaleAndTranslate.kernelType("keyscubic"),
            ScaleAndTranslate.antialias(true));
    var levels = tf.clipByValue(resized.resizedImages(), tf.constant(0f), tf.constant(255f));
    return tf.math.floor(tf.math.add(levels, tf.constant(0.5f)));
  }
}
