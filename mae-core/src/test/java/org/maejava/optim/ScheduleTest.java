package org.maejava.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.golden.Golden;
import org.maejava.proto.TrainingConfig;

@DisplayName("The schedule")
class ScheduleTest {

  @Test
  void hasThePublishedRateAtEveryGoldenEpoch() {
    var points = Golden.json("lr_sched").getAsJsonArray();
    assertThat(points).hasSizeGreaterThan(100);
    for (var element : points) {
      var point = element.getAsJsonObject();
      var schedule =
          new Schedule(
              point.get("lr").getAsDouble(),
              point.get("min_lr").getAsDouble(),
              point.get("warmup_epochs").getAsDouble(),
              point.get("epochs").getAsDouble());
      double expected = point.get("value").getAsDouble();
      // Both are double; the end of a cosine cancels down to nothing but the rounding of the peak.
      assertThat(schedule.rate(point.get("epoch").getAsDouble()))
          .as(point.toString())
          .isCloseTo(expected, within(1e-12 * expected + 1e-16 * schedule.peak()));
    }
  }

  @Test
  void takesItsPeakFromTheImagesOfAWholeUpdate() {
    var training =
        TrainingConfig.newBuilder()
            .setBaseRate(1.5e-4)
            .setBatchSize(64)
            .setAccumulationSteps(64)
            .setMinRate(1e-6)
            .setWarmupEpochs(40)
            .setEpochs(800)
            .build();
    var schedule = Schedule.of(training);
    assertThat(schedule.peak()).isCloseTo(2.4e-3, Percentage.withPercentage(1e-10));
    assertThat(schedule.rate(0)).isZero();
    assertThat(schedule.rate(40)).isEqualTo(schedule.peak());
    assertThat(schedule.rate(800)).isCloseTo(1e-6, Percentage.withPercentage(1e-8));
  }

  @Test
  void risesAndThenFallsWithoutAJump() {
    var schedule = new Schedule(1e-3, 1e-5, 5, 50);
    double step = 0.01;
    for (double epoch = 0; epoch + step <= 50; epoch += step) {
      double change = schedule.rate(epoch + step) - schedule.rate(epoch);
      assertThat(Math.abs(change)).isLessThan(1e-3 / 5 * step * 1.001);
      if (epoch + step <= 5 || epoch >= 5) {
        assertThat(change > 0).as("rising at epoch %s", epoch).isEqualTo(epoch < 5);
      }
    }
  }
}
