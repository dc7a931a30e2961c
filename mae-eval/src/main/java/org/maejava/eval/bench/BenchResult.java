package org.maejava.eval.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.maejava.eval.machine.Machine;
import org.maejava.proto.Experiment;

/**
 * What one measurement of training steps, or of calls for features, found.
 *
 * @param device and threads that computed
 * @param precision of the blocks
 * @param batchSize images in a batch
 * @param accumulationSteps batches in a step
 * @param parts that a batch was computed in side by side
 * @param steps that were measured
 * @param medianMilliseconds of a step; so are the fastest and the slowest
 * @param secondsToFirstStep from the start of the Java process to the end of the first step
 * @param imagesPerSecond over all steps
 * @param shareWaiting of the time, for data
 * @param gigaflopPerImage by the analytic count ({@link StepWork}), if there is one for the task
 * @param gigaflopPerSecond of the median step
 * @param matrixGigaflopPerSecond of plain products, measured right after ({@link MatrixRate})
 * @param utilisation of that rate
 * @param peakResidentMegabytes of the process, where the system tells
 * @param workers that trained together
 * @param megabytesSent by each of them in a step, to average the gradients
 * @param shareExchanging of a step, with nothing else to do than to wait for other workers and the
 *     network
 * @param shareOverlapped of the time of that exchange, with something else to do
 */
public record BenchResult(
    String device,
    int threads,
    String precision,
    int batchSize,
    int accumulationSteps,
    int parts,
    int steps,
    double medianMilliseconds,
    double fastestMilliseconds,
    double slowestMilliseconds,
    double secondsToFirstStep,
    double imagesPerSecond,
    double shareWaiting,
    @Nullable Double gigaflopPerImage,
    @Nullable Double gigaflopPerSecond,
    double matrixGigaflopPerSecond,
    @Nullable Double utilisation,
    @Nullable Long peakResidentMegabytes,
    int workers,
    @Nullable Double megabytesSent,
    @Nullable Double shareExchanging,
    @Nullable Double shareOverlapped) {

  private static final double GIGA = 1e9;

  /**
   * What several workers tell each other.
   *
   * @param ring of their gradients
   * @param exchange in a step that was traced
   */
  public record Shared(RingModel ring, StepTrace.Exchange exchange) {}

  /** Of training steps that were just measured; measures the rate of matrix products too. */
  public static BenchResult ofSteps(
      Experiment experiment, Machine machine, Timings times, Optional<Shared> shared) {
    var training = experiment.getTraining();
    boolean counted =
        experiment.hasPretraining()
            || (experiment.hasClassification() && experiment.getClassification().hasAll());
    return of(
        experiment,
        machine,
        times,
        training.getBatchSize(),
        training.getAccumulationSteps(),
        machine.parts(training.getBatchSize() / machine.workers().count()),
        counted ? StepWork.perImage(experiment) / GIGA : null,
        shared);
  }

  /** Of calls for features that were just measured. */
  public static BenchResult ofFeatures(
      Experiment experiment, Machine machine, Timings times, int batchSize) {
    double perImage = StepWork.ofFeatures(experiment.getModel()) / GIGA;
    return of(experiment, machine, times, batchSize, 1, 1, perImage, Optional.empty());
  }

  private static BenchResult of(
      Experiment experiment,
      Machine machine,
      Timings times,
      int batchSize,
      int accumulationSteps,
      int parts,
      @Nullable Double perImage,
      Optional<Shared> shared) {
    boolean bfloat16 = experiment.getTraining().hasBfloat16();
    double matrices = MatrixRate.perSecond(machine, bfloat16) / GIGA;
    double median = times.percentile(50);
    Double perSecond = perImage == null ? null : perImage * batchSize * accumulationSteps / median;
    var peak = times.peakResidentMegabytes();
    return new BenchResult(
        machine.device(),
        machine.threads(),
        bfloat16 ? "bfloat16" : "float32",
        batchSize,
        accumulationSteps,
        parts,
        times.seconds().size(),
        1e3 * median,
        1e3 * times.percentile(0),
        1e3 * times.percentile(100),
        times.secondsToFirst(),
        times.imagesPerSecond(),
        times.shareWaited(),
        perImage,
        perSecond,
        matrices,
        perSecond == null ? null : perSecond / matrices / machine.workers().count(),
        peak.isPresent() ? peak.getAsLong() : null,
        machine.workers().count(),
        shared.map(of -> of.ring().bytesSent() / 1e6).orElse(null),
        shared.map(of -> of.exchange().shareWaiting()).orElse(null),
        shared.map(of -> of.exchange().shareOverlapped()).orElse(null));
  }

  /** For a person. */
  public String text() {
    var text =
        new StringBuilder()
            .append(
                format(
                    "%d steps of %d x %d images: median %.1f ms, fastest %.1f, slowest %.1f%n",
                    steps,
                    batchSize,
                    accumulationSteps,
                    medianMilliseconds,
                    fastestMilliseconds,
                    slowestMilliseconds))
            .append(
                format(
                    "%.1f images/s; %.2f %% of the time waiting for data; %.1f s from start to first step%n",
                    imagesPerSecond, 100 * shareWaiting, secondsToFirstStep));
    if (gigaflopPerImage != null && gigaflopPerSecond != null && utilisation != null) {
      text.append(
          format(
              "%.2f GFLOP an image: %.0f GFLOP/s, %.0f %% of the %.0f GFLOP/s of plain %s products%n",
              gigaflopPerImage,
              gigaflopPerSecond,
              100 * utilisation,
              matrixGigaflopPerSecond,
              precision));
    }
    if (megabytesSent != null && shareExchanging != null && shareOverlapped != null) {
      text.append(
          format(
              "%d workers, of which each sends %.1f MB a step; %.1f %% of it waiting for that alone, %.0f %% of the exchange beside computing%n",
              workers, megabytesSent, 100 * shareExchanging, 100 * shareOverlapped));
    }
    if (peakResidentMegabytes != null) {
      text.append(format("%d MB of memory at most%n", peakResidentMegabytes));
    }
    return text.toString();
  }

  /** Numbers of workers side by side, against the first. */
  public static String table(List<BenchResult> results) {
    var text = new StringBuilder();
    text.append(
        format(
            "%-8s %-8s %9s %9s %9s %8s %9s %11s%n",
            "workers",
            "threads",
            "step, ms",
            "images/s",
            "of first",
            "MB sent",
            "waiting",
            "overlapped"));
    for (var result : results) {
      text.append(
          format(
              "%-8d %-8s %9.1f %9.1f %7.0f %% %8s %9s %11s%n",
              result.workers(),
              result.workers() + " x " + result.threads(),
              result.medianMilliseconds(),
              result.imagesPerSecond(),
              100 * results.get(0).medianMilliseconds() / result.medianMilliseconds(),
              result.megabytesSent() == null ? "" : format("%.1f", result.megabytesSent()),
              percent(result.shareExchanging()),
              percent(result.shareOverlapped())));
    }
    return text.toString();
  }

  private static String percent(@Nullable Double share) {
    return share == null ? "" : format("%.0f %%", 100 * share);
  }

  /** What {@link #json} said. */
  public static BenchResult of(String json) {
    return gson().fromJson(json, BenchResult.class);
  }

  private static Gson gson() {
    return new GsonBuilder()
        .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
        .create();
  }

  /** For a program: one object, names as here in snake case; what is not known is left out. */
  public String json() {
    return gson().toJson(this);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
