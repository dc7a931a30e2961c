package org.maejava.savedmodel;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.maejava.golden.Golden;
import org.maejava.golden.TensorAssert;
import org.maejava.golden.TinyModel;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.DataConfig;
import org.maejava.proto.DataDescription;
import org.maejava.proto.Evaluation;
import org.maejava.proto.Experiment;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.Pooling;
import org.maejava.proto.PretrainingTask;
import org.maejava.proto.Provenance;
import org.maejava.proto.RunRecord;
import org.maejava.random.Draws;
import org.maejava.train.InferenceGraph;
import org.tensorflow.Result;
import org.tensorflow.proto.ConfigProto;

/** The golden models as they are exported: graph, record, and pixel values to call them with. */
final class TinyExport {

  static final int PIXELS = 32 * 32 * 3;
  static final int PATCHES = 64;
  static final List<String> CLASSES = List.of("ant", "bee", "cat", "dog", "eel", "fox", "gnu");

  /** So small that the golden inputs, drawn from N(0, 1), are pixel values within 0 to 1. */
  static final double STD = 0.1;

  static final double MEAN = 0.5;

  static final DataConfig DATA =
      DataConfig.newBuilder()
          .addAllMean(Collections.nCopies(3, MEAN))
          .addAllStd(Collections.nCopies(3, STD))
          .setEvalCropFraction(0.875)
          .build();

  static final ClassificationTask TASK =
      ClassificationTask.newBuilder()
          .setPooling(Pooling.AVERAGE)
          .setHeadInitStd(0.01)
          .setLastBlocks(1)
          .build();

  private TinyExport() {}

  /** With the golden weights. */
  static InferenceGraph pretrained(boolean normalisedPixels) {
    var model = TinyModel.of(normalisedPixels);
    return restored(
        new InferenceGraph(
            (tf, params) -> Signatures.pretrained(tf, params, model, DATA),
            ConfigProto.getDefaultInstance()),
        normalisedPixels ? "mae_tiny_npl1" : "mae_tiny_npl0");
  }

  /** Average pooling, seven classes, with the golden weights. */
  static InferenceGraph classifier() {
    return restored(
        new InferenceGraph(
            (tf, params) ->
                Signatures.classifier(tf, params, TinyModel.of(false), DATA, TASK, CLASSES.size()),
            ConfigProto.getDefaultInstance()),
        "vit_tiny_gp1");
  }

  private static InferenceGraph restored(InferenceGraph graph, String name) {
    try (var golden = Golden.open(name)) {
      graph.restore(name, golden.weights("param."));
    }
    return graph;
  }

  /** A pre-training run with everything that a record can have. */
  static RunRecord record(ModelConfig model) {
    return RunRecord.newBuilder()
        .setCommand("pretrain")
        .setExperiment(
            Experiment.newBuilder()
                .setModel(model)
                .setData(DATA)
                .setPretraining(PretrainingTask.getDefaultInstance()))
        .setFingerprint("0123abcd")
        .setProvenance(
            Provenance.newBuilder()
                .setCodeVersion("0.1.0")
                .setTensorflowVersion("2.18.0")
                .setJavaVersion("17")
                .setDevice("CPU")
                .setThreads(2)
                .setStarted("2026-01-01T00:00:00Z")
                .setFinished("2026-01-01T00:01:00Z"))
        .setData(
            DataDescription.newBuilder()
                .setSpec("fashion-mnist")
                .setAbout("Pictures of clothes.")
                .setTrainingImages(10000))
        .addCurve(CurvePoint.newBuilder().setStep(1200).setEpoch(3).setLoss(0.4321))
        .setParameters(41234)
        .setTrainedParameters(41000)
        .setSeconds(60)
        .build();
  }

  /** A fine-tuning run of the classifier. */
  static RunRecord classifierRecord() {
    var record = record(TinyModel.of(false)).toBuilder().setCommand("finetune");
    record.getExperimentBuilder().setClassification(TASK);
    record.getDataBuilder().addAllClasses(CLASSES).setEvaluationImages(2000);
    return record
        .setEvaluation(
            Evaluation.newBuilder()
                .setImages(2000)
                .setCorrect(1500)
                .setAccuracy(0.75)
                .setAccuracyLow(0.7306)
                .setAccuracyHigh(0.7687)
                .setLoss(0.7))
        .build();
  }

  /** Random pixel values, one row for each image. */
  static float[][] pixels(int count) {
    return uniform("pixels", count, PIXELS);
  }

  /** Random noise, one row for each image. */
  static float[][] noise(int count) {
    return uniform("noise", count, PATCHES);
  }

  private static float[][] uniform(String purpose, int count, int length) {
    var rows = new float[count][length];
    SplittableRandom random = new Draws(5).at(purpose);
    for (var row : rows) {
      for (int i = 0; i < length; i++) {
        row[i] = random.nextFloat();
      }
    }
    return rows;
  }

  /** The golden images as pixel values: what the model normalises back to them. */
  static float[][] goldenPixels(Golden inputs, String name, int index) {
    try (var images = inputs.images(name, index)) {
      var rows = BatchArrays.fromTensor(images);
      for (var row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = (float) (row[i] * STD + MEAN);
        }
      }
      return rows;
    }
  }

  /** Golden {@code [.., B, n]} at an index, one row for each image. */
  static float[][] goldenRows(Golden inputs, String name, int index) {
    try (var tensor = inputs.slice(name, index)) {
      return BatchArrays.fromTensor(tensor);
    }
  }

  /** All rows one after another. */
  static float[] flat(float[][] rows) {
    var flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /** An output's values. */
  static float[] values(Result result, String output) {
    return TensorAssert.floats(result.get(output).orElseThrow());
  }
}
