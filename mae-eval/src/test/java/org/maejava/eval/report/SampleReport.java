package org.maejava.eval.report;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.maejava.eval.compare.Statistics;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.picture.Picture;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Reconstruction;
import org.maejava.eval.proto.Comparison;
import org.maejava.eval.proto.ComparisonEntry;
import org.maejava.eval.proto.FeatureMap;
import org.maejava.eval.proto.FeaturePoint;
import org.maejava.eval.proto.NamedRun;
import org.maejava.eval.proto.ReportRecord;
import org.maejava.eval.run.Answer;
import org.maejava.model.PatchGrid;
import org.maejava.proto.ClassificationTask;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.DataDescription;
import org.maejava.proto.Evaluation;
import org.maejava.proto.Experiment;
import org.maejava.proto.ImageShape;
import org.maejava.proto.ModelConfig;
import org.maejava.proto.NormalisedPixelTarget;
import org.maejava.proto.PatchShape;
import org.maejava.proto.PretrainingTask;
import org.maejava.proto.ProbePoint;
import org.maejava.proto.Provenance;
import org.maejava.proto.RandomMasking;
import org.maejava.proto.RunRecord;
import org.maejava.proto.TrainingConfig;
import org.maejava.proto.TransformerConfig;
import org.maejava.proto.UnreadableImage;
import org.maejava.random.Draws;

/** Made-up records and pictures that look like a real report's, to test it and to look at it. */
final class SampleReport {

  private SampleReport() {}

  /** Writes the samples below the folder given, for a look at them in a browser. */
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    new Report(record(1), List.of(gallery())).write(folder.resolve("one-run"));
    new Report(record(3), List.of(gallery())).write(folder.resolve("three-runs"));
    new Report(probed(), List.of(gallery())).write(folder.resolve("pretraining"));
    new Report(
            everything(),
            List.of(thumbnails(Gallery.Kind.THUMBNAILS), thumbnails(Gallery.Kind.ROWS)))
        .write(folder.resolve("classification"));
    new Report(sideBySide(), List.of()).write(folder.resolve("side-by-side"));
  }

  /** A pre-training and its comparison over 200 and 1,000 labels. */
  static ReportRecord record(int runs) {
    var comparison =
        Comparison.newBuilder()
            .addEntries(entry("Full fine-tuning", 200, 1_200_394, runs, 0.684))
            .addEntries(entry("Partial fine-tuning (1 block)", 200, 200_842, runs, 0.676))
            .addEntries(entry("Linear probe", 200, 1_290, runs, 0.631))
            .addEntries(entry("From scratch", 200, 1_200_394, runs, 0.583))
            .addEntries(entry("Raw pixels, linear", 200, 7_850, runs, 0.641))
            .addEntries(entry("Full fine-tuning", 1000, 1_200_394, runs, 0.803))
            .addEntries(entry("Partial fine-tuning (1 block)", 1000, 200_842, runs, 0.785))
            .addEntries(entry("Linear probe", 1000, 1_290, runs, 0.731))
            .addEntries(entry("From scratch", 1000, 1_200_394, runs, 0.747));
    return pretrainingOnly().toBuilder()
        .setTitle("Fashion-MNIST: what pre-training without labels is worth")
        .setConclusion(
            "With 200 labels, the pre-trained network classifies 68.4 % of 2,000 held-out images"
                + " rightly, the same network from scratch 58.3 %.")
        .setComparison(comparison)
        .addExports("../saved-models/models/demo-pretrained")
        .addExports("../saved-models/models/demo-finetuned-1000")
        .build();
  }

  /** A pre-training alone. */
  static ReportRecord pretrainingOnly() {
    return ReportRecord.newBuilder()
        .setTitle("Pre-training on Fashion-MNIST")
        .setPretraining(
            run("pretrain", experiment().setPretraining(PretrainingTask.getDefaultInstance()))
                .addUnreadable(
                    UnreadableImage.newBuilder()
                        .setName("train/boots/0017.jpg")
                        .setReason("not a JPEG: the file ends after 212 of 4,096 bytes")))
        .build();
  }

  /** One linear probe alone. */
  static ReportRecord classificationOnly() {
    var run =
        run("linear-probe", experiment().setClassification(ClassificationTask.getDefaultInstance()))
            .setInitialWeights("runs/pretrain/last")
            .setTrainedParameters(1_290)
            .setEvaluation(evaluation(0.731));
    return ReportRecord.newBuilder()
        .setTitle("Linear probe on Fashion-MNIST")
        .setComparison(
            Comparison.newBuilder()
                .addEntries(Statistics.entry("Linear probe", 1000, List.of(run.build()))))
        .build();
  }

  /** Rows of pictures of round and striped things. */
  static Gallery gallery() {
    var random = new Draws(7).at("mask");
    var grid = new PatchGrid(7, 7, 4, 4, 1);
    var rows = new ArrayList<BufferedImage>();
    for (int i = 0; i < 8; i++) {
      var hidden = new boolean[grid.count()];
      for (int patch = 0; patch < hidden.length; patch++) {
        hidden[patch] = random.nextFloat() < 0.75f;
      }
      rows.add(Pictures.quartet(thing(i, 1), thing(i, 0.7f), hidden, grid));
    }
    var picture =
        Picture.of(
            "Eight held-out images",
            "Each group: original, what the network saw, reconstruction. 75 % of the patches were"
                + " hidden; visible patches are pasted into the reconstruction.",
            Reconstruction.sheet(rows, 2));
    return new Gallery("Reconstructions", "", Gallery.Kind.SHEETS, List.of(picture));
  }

  /** Small pictures with captions. */
  static Gallery thumbnails(Gallery.Kind kind) {
    return new Gallery(
        "Neighbours",
        "First of each row an image, then those most like it.",
        kind,
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    Picture.of(
                        "train/%d.png".formatted(i),
                        "Ankle boot, taken for Sneaker (97 %)",
                        Pictures.one(thing(i, 1))))
            .toList());
  }

  /** A classifier's report with everything that one can have. */
  static ReportRecord everything() {
    var random = new Draws(11).at("answers");
    var classes = classificationOnly().getComparison().getEntries(0).getRuns(0).getData();
    var answers = new ArrayList<Answer>();
    for (int i = 0; i < 2000; i++) {
      int label = i % 10;
      int answer = random.nextFloat() < 0.75f ? label : random.nextInt(10);
      answers.add(
          new Answer("val/%04d.png".formatted(i), label, answer, random.nextDouble(0.2, 1)));
    }
    var map = FeatureMap.newBuilder().setFirstShare(0.31).setSecondShare(0.12);
    map.addAllClasses(classes.getClassesList());
    for (int i = 0; i < 300; i++) {
      map.addPoints(
          FeaturePoint.newBuilder()
              .setImage("val/%04d.png".formatted(i))
              .setLabel(i % 10)
              .setX(Math.cos(i % 10) * 3 + random.nextGaussian())
              .setY(Math.sin(i % 10) * 3 + random.nextGaussian()));
    }
    return OneRun.of(
        classificationOnly().getComparison().getEntries(0).getRuns(0),
        answers,
        Optional.of(map.build()));
  }

  /** A pre-training whose features were looked at on the way. */
  static ReportRecord probed() {
    var run = pretrainingOnly().getPretraining().toBuilder();
    for (int epoch = 5; epoch <= 25; epoch += 5) {
      run.addProbes(
          ProbePoint.newBuilder()
              .setStep(epoch * 39)
              .setEpoch(epoch)
              .setAccuracy(0.7 - 1.0 / epoch)
              .setImages(1000)
              .setVoters(5000)
              .setNeighbours(20));
    }
    return OneRun.of(run.build(), List.of(), Optional.empty());
  }

  /** Two pre-trainings and a probe side by side, with a chart against the blocks. */
  static ReportRecord sideBySide() {
    var other = pretrainingOnly().getPretraining().toBuilder();
    other.getExperimentBuilder().getModelBuilder().setMaskRatio(0.6);
    other.getCurveBuilderList().forEach(point -> point.setLoss(point.getLoss() * 0.9));
    var record = record(3).toBuilder().clearPretraining();
    record
        .setTitle("3 results side by side")
        .setQuestion("How do they compare, and are the differences more than chance?")
        .addRuns(named("mask-75", pretrainingOnly().getPretraining()))
        .addRuns(named("mask-60", other.build()))
        .addRuns(named("probe", classificationOnly().getComparison().getEntries(0).getRuns(0)));
    record
        .getComparisonBuilder()
        .setBaseline("From scratch")
        .addAllCharts(AddedCharts.of(record.getComparison(), run -> OptionalDouble.empty()));
    return record.build();
  }

  private static NamedRun named(String name, RunRecord run) {
    return NamedRun.newBuilder().setName(name).setRun(run).build();
  }

  private static ComparisonEntry entry(
      String protocol, int labels, long trained, int runs, double accuracy) {
    var random = new Draws(5).at(protocol, labels);
    return Statistics.entry(
        protocol,
        labels,
        IntStream.range(0, runs)
            .mapToObj(
                i ->
                    run(
                            "finetune",
                            experiment().setClassification(ClassificationTask.getDefaultInstance()))
                        .setTrainedParameters(trained)
                        .setEvaluation(evaluation(accuracy + (i > 0 ? jitter(random) : 0)))
                        .build())
            .toList());
  }

  private static double jitter(RandomGenerator random) {
    return 0.012 * random.nextGaussian();
  }

  private static Evaluation evaluation(double accuracy) {
    double half = 1.96 * Math.sqrt(accuracy * (1 - accuracy) / 2000);
    return Evaluation.newBuilder()
        .setImages(2000)
        .setCorrect((int) Math.round(2000 * accuracy))
        .setAccuracy(Math.round(2000 * accuracy) / 2000.0)
        .setTop5Accuracy(0.97)
        .setLoss(0.91)
        .setAccuracyLow(accuracy - half)
        .setAccuracyHigh(accuracy + half)
        .build();
  }

  private static RunRecord.Builder run(String command, Experiment.Builder experiment) {
    var run =
        RunRecord.newBuilder()
            .setCommand(command)
            .setExperiment(experiment)
            .setFingerprint("3f0c9a7be15d2486f09ab3c41d7e6520cc18e7d4b2a95f63708e1d2c4b6a9f05")
            .setProvenance(
                Provenance.newBuilder()
                    .setCodeVersion("0.1.0-SNAPSHOT")
                    .setTensorflowVersion("2.18.0")
                    .setJavaVersion("17.0.14")
                    .setOperatingSystem("Linux 6.1 amd64")
                    .setProcessor("Xeon, 2 cores")
                    .setDevice("CPU")
                    .setThreads(2)
                    .setStarted("2026-01-05T09:12:03Z")
                    .setFinished("2026-01-05T09:14:41Z"))
            .setData(
                DataDescription.newBuilder()
                    .setSpec("fashion-mnist")
                    .setAbout(
                        "Fashion-MNIST (Zalando, MIT licence): grey 28 × 28 photographs of clothes,"
                            + " the first 10,000 training and 2,000 test images.")
                    .setTrainingImages(10_000)
                    .setEvaluationImages(2_000)
                    .addAllClasses(
                        List.of(
                            "T-shirt",
                            "Trouser",
                            "Pullover",
                            "Dress",
                            "Coat",
                            "Sandal",
                            "Shirt",
                            "Sneaker",
                            "Bag",
                            "Ankle boot"))
                    .setDigest("9b1d40c2e7f3a85660d14c2fb97e31a8d5f0c4b6e2a7913f58d6c0b4a1e7f293"))
            .setImagesPerSecond(1_562.4)
            .setSeconds(158.2)
            .setParameters(1_423_504)
            .setTrainedParameters(1_423_504);
    var random = new Draws(3).at("curve");
    int steps = 980;
    for (int step = 10; step <= steps; step += 10) {
      double done = (double) step / steps;
      run.addCurve(
          CurvePoint.newBuilder()
              .setStep(step)
              .setEpoch(25 * done)
              .setLoss(0.36 + 0.7 * Math.exp(-9 * done) + 0.006 * random.nextGaussian())
              .setRate(Math.min(done / 0.1, 0.5 + 0.5 * Math.cos(Math.PI * done)) * 1.5e-3)
              .setGradientNorm(0.8));
    }
    return run;
  }

  private static Experiment.Builder experiment() {
    return Experiment.newBuilder()
        .setAbout("Pre-trains a small network on 28 x 28 images in minutes.")
        .setModel(
            ModelConfig.newBuilder()
                .setImage(ImageShape.newBuilder().setHeight(28).setWidth(28).setChannels(1))
                .setPatch(PatchShape.newBuilder().setHeight(4).setWidth(4))
                .setEncoder(TransformerConfig.newBuilder().setWidth(128).setDepth(6).setHeads(4))
                .setMaskRatio(0.75)
                .setRandomMasking(RandomMasking.getDefaultInstance())
                .setNormalisedPixels(NormalisedPixelTarget.getDefaultInstance()))
        .setTraining(TrainingConfig.newBuilder().setEpochs(25).setBatchSize(256).setSeed(1));
  }

  private static float[][][] thing(int kind, float sharpness) {
    var image = new float[28][28][1];
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        double radius = Math.hypot(x - 13.5, (y - 13.5) * (1 + 0.1 * kind));
        double stripes = 0.6 + 0.4 * Math.sin(0.4 * (kind % 3 == 0 ? x : y) * (1 + kind / 3.0));
        image[y][x][0] = radius < 12 ? (float) (0.5 + sharpness * (stripes - 0.5)) : 0.02f;
      }
    }
    return image;
  }
}
