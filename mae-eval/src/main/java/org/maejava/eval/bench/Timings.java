package org.maejava.eval.bench;

import com.google.common.math.Quantiles;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.OptionalLong;

/**
 * Times of something repeated.
 *
 * @param seconds of each
 * @param images in all of them together
 * @param waited seconds of them that passed waiting for data
 * @param secondsToFirst from the start of the Java process to the end of the first one
 * @param peakResidentMegabytes of the process after the last one, where the system tells
 */
public record Timings(
    List<Double> seconds,
    long images,
    double waited,
    double secondsToFirst,
    OptionalLong peakResidentMegabytes) {

  public Timings {
    seconds = List.copyOf(seconds);
  }

  /** Seconds, at this percentile. */
  public double percentile(int percentile) {
    return Quantiles.percentiles().index(percentile).compute(seconds);
  }

  /** Images in a second. */
  public double imagesPerSecond() {
    return images / total();
  }

  /** Share of the time that passed waiting for data. */
  public double shareWaited() {
    return waited / total();
  }

  private double total() {
    return seconds.stream().mapToDouble(s -> s).sum();
  }

  /** Since this process began. */
  static double secondsSinceStart() {
    var started = ManagementFactory.getRuntimeMXBean().getStartTime();
    return (System.currentTimeMillis() - started) / 1e3;
  }
}
