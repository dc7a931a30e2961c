package org.maejava.eval.bench;

import com.google.common.base.Stopwatch;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.maejava.data.DataPlan;
import org.maejava.data.flow.Dataset;
import org.maejava.data.source.Source;
import org.maejava.proto.Experiment;

/** How fast images come out of each stage of training's input pipeline. */
public final class InputTimes {

  private InputTimes() {}

  /**
   * One measurement.
   *
   * @param stage what an image went through, from the file on
   * @param threads that worked
   * @param perSecond images
   * @param perCpuSecond images for a second of one processor, of the whole process
   */
  public record Rate(String stage, int threads, double perSecond, double perCpuSecond) {}

  /**
   * Measures every stage on each number of threads.
   *
   * @param seconds for each measurement, as many before it to warm up
   */
  public static List<Rate> of(
      Experiment experiment, Source source, List<Integer> threads, double seconds) {
    var rates = new ArrayList<Rate>();
    for (int count : threads) {
      var plan =
          new DataPlan(
              experiment.getData(),
              experiment.getModel(),
              experiment.getTraining().getSeed(),
              count);
      plan.stages(source).forEach((stage, data) -> rates.add(rate(stage, count, data, seconds)));
    }
    return rates;
  }

  private static Rate rate(String stage, int threads, Dataset<?> data, double seconds) {
    try (var cursor = data.open()) {
      take(cursor, seconds);
      long cpu = cpuNanos();
      var watch = Stopwatch.createStarted();
      long images = take(cursor, seconds);
      double taken = seconds(watch);
      return new Rate(stage, threads, images / taken, images * 1e9 / (cpuNanos() - cpu));
    }
  }

  /** How many images came in so many seconds. */
  private static long take(Iterator<?> images, double seconds) {
    var watch = Stopwatch.createStarted();
    long count = 0;
    while (seconds(watch) < seconds) {
      images.next();
      count++;
    }
    return count;
  }

  private static double seconds(Stopwatch watch) {
    return watch.elapsed(TimeUnit.NANOSECONDS) / 1e9;
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
