package org.maejava.data.image;

import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.image.DecodeAndCropJpeg;
import org.tensorflow.op.image.DecodeJpeg;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint8;

/** The decoding kernels in one graph and session. A run stays on the thread that asks for it. */
final class DecodeKernels implements AutoCloseable {

  /** libjpeg makes colour of every JPEG, but grey of some only, and not by Pillow's formula. */
  private static final long COLOUR = 3;

  private static final ConfigProto ON_CALLERS_THREAD =
      ConfigProto.newBuilder()
          .setInterOpParallelismThreads(-1)
          .setIntraOpParallelismThreads(1)
          .setUsePerSessionThreads(true)
          .putDeviceCount("GPU", 0)
          .build();

  private final int channels;
  private final Alpha alpha;
  private final Graph graph = new Graph();
  private final Placeholder<TString> bytes;
  private final Placeholder<TInt32> window;
  private final Operand<TUint8> wholeJpeg;
  private final Operand<TUint8> partOfJpeg;
  private final Operand<TUint8> png;
  private final Operand<TUint8> bmp;
  private final Operand<TUint8> gif;
  private final Session session;

  DecodeKernels(int channels, Decoding decoding) {
    alpha = decoding.alpha();
    var jpeg = decoding.jpeg();
    this.channels = channels;
    var tf = Ops.create(graph);
    bytes = tf.placeholder(TString.class, Placeholder.shape(Shape.scalar()));
    window = tf.placeholder(TInt32.class, Placeholder.shape(Shape.of(4)));
    wholeJpeg =
        tf.image.decodeJpeg(
            bytes,
            DecodeJpeg.channels(COLOUR),
            DecodeJpeg.dctMethod(jpeg.transform()),
            DecodeJpeg.fancyUpscaling(jpeg.interpolatesChroma()));
    partOfJpeg =
        tf.image.decodeAndCropJpeg(
            bytes,
            window,
            DecodeAndCropJpeg.channels(COLOUR),
            DecodeAndCropJpeg.dctMethod(jpeg.transform()),
            DecodeAndCropJpeg.fancyUpscaling(jpeg.interpolatesChroma()));
    // In the file's own channels: the kernels' grey differs from Pillow's, or is missing.
    png = tf.image.decodePng(bytes, TUint8.class);
    bmp = tf.image.decodeBmp(bytes);
    gif = tf.image.decodeGif(bytes);
    session = new Session(graph, false, ON_CALLERS_THREAD);
  }

  Image jpeg(byte[] file) throws UnreadableImageException {
    try (var contents = scalar(file)) {
      return image(session.runner().feed(bytes, contents), wholeJpeg);
    }
  }

  Image jpeg(byte[] file, Box box) throws UnreadableImageException {
    try (var contents = scalar(file);
        var part = TInt32.vectorOf(box.top(), box.left(), box.height(), box.width())) {
      return image(session.runner().feed(bytes, contents).feed(window, part), partOfJpeg);
    }
  }

  Image png(byte[] file) throws UnreadableImageException {
    return decoded(file, png);
  }

  Image bmp(byte[] file) throws UnreadableImageException {
    return decoded(file, bmp);
  }

  Image gif(byte[] file) throws UnreadableImageException {
    return decoded(file, gif);
  }

  private Image decoded(byte[] file, Operand<TUint8> kernel) throws UnreadableImageException {
    try (var contents = scalar(file)) {
      return image(session.runner().feed(bytes, contents), kernel);
    }
  }

  private static TString scalar(byte[] file) {
    return TString.tensorOfBytes(NdArrays.scalarOfObject(file));
  }

  /** Pixels {@code [H, W, C]}, or {@code [1, H, W, C]} of a GIF. */
  private Image image(Session.Runner runner, Operand<TUint8> kernel)
      throws UnreadableImageException {
    try (var result = run(runner.fetch(kernel))) {
      var tensor = result.get(0).asRawTensor();
      var shape = tensor.shape();
      var pixels = new byte[Math.toIntExact(tensor.numBytes())];
      tensor.data().read(pixels);
      int[] sides = {(int) shape.get(-3), (int) shape.get(-2), (int) shape.get(-1)};
      // A bitmap's fourth channel is padding.
      var transparency = kernel == bmp ? new Alpha.Dropped() : alpha;
      return Channels.convert(sides[0], sides[1], sides[2], pixels, channels, transparency);
    }
  }

  /** The kernels throw exceptions of several unrelated classes. */
  private static Result run(Session.Runner runner) throws UnreadableImageException {
    try {
      return runner.run();
    } catch (RuntimeException e) {
      throw new UnreadableImageException("it cannot be decoded: " + withoutNodes(e), e);
    }
  }

  /** The message without the names of graph nodes. */
  private static String withoutNodes(RuntimeException e) {
    var message = String.valueOf(e.getMessage()).replaceAll("(?s)\\s*\\[\\[.*", "");
    return message.replaceAll("\\s+", " ").trim();
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}
