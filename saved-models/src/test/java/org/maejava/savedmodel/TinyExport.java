package org.maejava.savedmodel;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
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
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TString;

/** The golden models as they are exported: graph, record, and pixel values to call them with. */
public final class TinyExport {

  static final int PIXELS = 32 * 32 * 3;
  static final int PATCHES = 64;
  public static final List<String> CLASSES =
      List.of("ant", "bee", "cat", "dog", "eel", "fox", "gnu");

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
  public static InferenceGraph pretrained(boolean normalisedPixels) {
    var model = TinyModel.of(normalisedPixels);
    return restored(
        new InferenceGraph(
            (tf, params) -> Signatures.pretrained(tf, params, model, DATA),
            ConfigProto.getDefaultInstance()),
        normalisedPixels ? "mae_tiny_npl1" : "mae_tiny_npl0");
  }

  /** Average pooling, seven classes, with the golden weights. */
  public static InferenceGraph classifier() {
    return restored(
        new InferenceGraph(
            (tf, params) ->
                Signatures.classifier(tf, params, TinyModel.of(false), DATA, TASK, CLASSES.size()),
            ConfigProto.getDefaultInstance()),
        "vit_tiny_gp1");
  }

  /** Fills the table of class names as loading an exported model does. */
  static InferenceGraph withClassNames(InferenceGraph graph, Path folder) throws IOException {
    var names = Files.write(folder.resolve("names.txt"), CLASSES);
    try (var file = TString.scalarOf(names.toString())) {
      graph
          .session()
          .runner()
          .feed(ClassNameTable.FILE, file)
          .addTarget(ClassNameTable.INITIALISER)
          .run()
          .close();
    }
    return graph;
  }

  static InferenceGraph restored(InferenceGraph graph, String name) {
    try (var golden = Golden.open(name)) {
      graph.restore(name, golden.weights("param."));
    }
    return graph;
  }

  /** A pre-training run with everything that a record can have. */
  public static RunRecord record(ModelConfig model) {
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
  public static RunRecord classifierRecord() {
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

  /** Masks that hide 48 of 64 patches, drawn, one row for each image. */
  static float[][] masks(int count) {
    var masks = noise(count);
    for (var row : masks) {
      var sorted = row.clone();
      Arrays.sort(sorted);
      for (int i = 0; i < row.length; i++) {
        row[i] = row[i] < sorted[16] ? 0 : 1;
      }
    }
    return masks;
  }

  /** Random pictures of several sizes as PNG and JPEG files. */
  public static List<byte[]> files(int count) {
    var files = new ArrayList<byte[]>();
    var random = new Draws(6).at("files");
    for (int i = 0; i < count; i++) {
      int width = 30 + random.nextInt(60);
      int height = 30 + random.nextInt(60);
      files.add(encoded(picture(width, height, random), i % 2 == 0 ? "png" : "jpg"));
    }
    return files;
  }

  /** Waves of colour with a little noise: smooth in most places, as photographs are. */
  static BufferedImage picture(int width, int height, RandomGenerator random) {
    var picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    double[] waves = random.doubles(9, 0.02, 0.3).toArray();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int c = 0; c < 3; c++) {
          double wave = Math.sin(waves[c] * x + waves[3 + c] * y) + Math.sin(waves[6 + c] * x);
          rgb = rgb << 8 | (int) Math.max(0, Math.min(255, 127 + 60 * wave + random.nextInt(12)));
        }
        picture.setRGB(x, y, rgb);
      }
    }
    return picture;
  }

  static byte[] encoded(BufferedImage picture, String format) {
    var bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, format, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Files as a tensor {@code [B]}. */
  static TString tensor(List<byte[]> files) {
    return TString.tensorOfBytes(NdArrays.vectorOfObjects(files.toArray(byte[][]::new)));
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
