package org.maejava.eval.bench;

import com.google.common.base.Stopwatch;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.Exports;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.random.Draws;
import org.maejava.savedmodel.SavedModel;
import org.maejava.savedmodel.Signatures;
import org.maejava.train.InferenceGraph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;

/** How long an exported model takes to turn batches of images into features. */
public final class FeatureTimes {

  private FeatureTimes() {}

  /**
   * Exports a recipe's encoder with random weights, opens the SavedModel and measures it on random
   * pixels; decoding images is not in it ({@link InputTimes}).
   *
   * @param experiment whose model, precision and seed are taken
   * @param batchSize images in a call
   * @param warmUp calls before, which are not counted; at least one
   * @param calls to measure
   */
  public static Timings of(
      Experiment experiment, Machine machine, int batchSize, int warmUp, int calls)
      throws IOException {
    var folder = Files.createTempDirectory("mae-bench");
    try {
      export(experiment, machine, folder.resolve("model"));
      try (var model = SavedModel.open(folder.resolve("model"), machine.session());
          var images = pixels(experiment, batchSize)) {
        return timed(model, images, batchSize, warmUp, calls);
      }
    } finally {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static Timings timed(
      SavedModel model, TFloat32 images, int batchSize, int warmUp, int calls) {
    var seconds = new ArrayList<Double>();
    double secondsToFirst = 0;
    for (int i = 0; i < warmUp + calls; i++) {
      var watch = Stopwatch.createStarted();
      model.features(images, Signatures.FEATURES).close();
      double taken = watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
      if (i == 0) {
        secondsToFirst = Timings.secondsSinceStart();
      }
      if (i >= warmUp) {
        seconds.add(taken);
      }
    }
    return new Timings(
        seconds, (long) calls * batchSize, 0, secondsToFirst, ProcessMemory.peakMegabytes());
  }

  private static void export(Experiment experiment, Machine machine, Path folder)
      throws IOException {
    var record = RunRecord.newBuilder().setCommand("bench").setExperiment(experiment).build();
    try (var graph =
        new InferenceGraph(
            (tf, params) ->
                Signatures.encoder(tf, params, experiment.getModel(), experiment.getData()),
            machine.session())) {
      graph.weights().initialise(new Draws(experiment.getTraining().getSeed()));
      if (experiment.getTraining().hasBfloat16()) {
        Exports.writeBfloat16(record, graph.weights(), machine, folder);
      } else {
        Exports.write(record, graph.weights(), machine, folder);
      }
    }
  }

  private static TFloat32 pixels(Experiment experiment, int batchSize) {
    var model = experiment.getModel();
    var image = model.getImage();
    var shape = Shape.of(batchSize, image.getHeight(), image.getWidth(), image.getChannels());
    var values = new float[Math.toIntExact(shape.size())];
    RandomGenerator random = new Draws(experiment.getTraining().getSeed()).at("pixels");
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat();
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }
}
