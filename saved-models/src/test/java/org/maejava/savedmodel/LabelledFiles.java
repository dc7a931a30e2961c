package org.maejava.savedmodel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.maejava.data.DataPlan;
import org.maejava.data.spec.ImageSet;
import org.maejava.golden.TinyModel;
import org.maejava.model.Classifier;
import org.maejava.model.PatchGrid;
import org.maejava.proto.CenterCrop;
import org.maejava.random.Draws;
import org.maejava.train.Batch;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Signature;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * Pictures in a folder for each class, and how many of them training's own evaluation gets right.
 */
final class LabelledFiles {

  private LabelledFiles() {}

  /** PNG and JPEG files of several sizes. */
  static Path write(Path folder, List<String> classes, int each) throws IOException {
    var random = new Draws(11).at("labelled");
    for (var name : classes) {
      var inside = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < each; i++) {
        var format = i % 2 == 0 ? "png" : "jpg";
        var picture = TinyExport.picture(33 + random.nextInt(70), 33 + random.nextInt(70), random);
        Files.write(inside.resolve(i + "." + format), TinyExport.encoded(picture, format));
      }
    }
    return folder;
  }

  /** By the golden classifier, on the batches that an evaluation reads. */
  static int rightInEvaluation(Path folder) {
    var model = TinyModel.of(false);
    var data =
        TinyExport.DATA.toBuilder()
            .setMaxUnreadableShare(0)
            .setCenterCrop(CenterCrop.getDefaultInstance())
            .setFlipProbability(0)
            .build();
    var images = ImageSet.open(folder.toString()).training();
    int right = 0;
    try (var graph = TinyExport.restored(evaluation(), "vit_tiny_gp1");
        var batches = new DataPlan(data, model, 0, 1).evaluation(images, 10).open()) {
      while (batches.hasNext()) {
        try (var batch = batches.next();
            var result = graph.run("logits", Map.of("images", batch.floats(Batch.IMAGES)))) {
          var scores = (TFloat32) result.get(0);
          for (int i = 0; i < batch.size(); i++) {
            right += best(batch.floats(Batch.LABELS), i) == best(scores, i) ? 1 : 0;
          }
        }
      }
    }
    return right;
  }

  private static InferenceGraph evaluation() {
    var model = TinyModel.of(false);
    var grid = PatchGrid.of(model);
    var shape = Shape.of(-1, grid.height(), grid.width(), grid.channels());
    return new InferenceGraph(
        (tf, params) -> {
          var images = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
          var classifier =
              new Classifier(params, model, TinyExport.TASK, TinyExport.CLASSES.size());
          var logits = classifier.logits(tf, classifier.features(tf, images));
          return List.of(
              Signature.builder("logits").input("images", images).output("logits", logits).build());
        },
        ConfigProto.getDefaultInstance());
  }

  private static int best(TFloat32 rows, int row) {
    int best = 0;
    for (int i = 1; i < rows.shape().get(1); i++) {
      best = rows.getFloat(row, i) > rows.getFloat(row, best) ? i : best;
    }
    return best;
  }
}
