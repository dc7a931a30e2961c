package org.maejava.eval.run;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.maejava.train.Batch;
import org.tensorflow.ndarray.FloatNdArray;

/**
 * An evaluated image, as one worker tells another of it.
 *
 * @param answer what the classifier says
 * @param judgement how good that is
 */
record Judged(Answer answer, Accuracy.Judgement judgement) {

  /**
   * The images of a batch, in its order, padding left out.
   *
   * @param logits {@code [B, classes]} for the batch's images
   * @param batch with {@link Batch#LABELS}
   */
  static void each(FloatNdArray logits, Batch batch, Consumer<Judged> to) {
    var labels = batch.floats(Batch.LABELS);
    for (int i = 0; i < batch.size(); i++) {
      var scores = Accuracy.row(logits, i);
      var label = Accuracy.row(labels, i);
      to.accept(
          new Judged(
              Answer.of(batch.names().get(i), Accuracy.largest(label), scores),
              Accuracy.Judgement.of(scores, label)));
    }
  }

  /** For {@link #read}. */
  static byte[] write(List<Judged> images) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (var image : images) {
        var answer = image.answer();
        out.writeUTF(answer.image());
        out.writeInt(answer.label());
        out.writeInt(answer.answer());
        out.writeDouble(answer.probability());
        out.writeInt(image.judgement().rank());
        out.writeDouble(image.judgement().loss());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What was written. */
  static List<Judged> read(byte[] bytes) {
    var images = new ArrayList<Judged>();
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      while (in.available() > 0) {
        images.add(
            new Judged(
                new Answer(in.readUTF(), in.readInt(), in.readInt(), in.readDouble()),
                new Accuracy.Judgement(in.readInt(), in.readDouble())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return images;
  }
}
