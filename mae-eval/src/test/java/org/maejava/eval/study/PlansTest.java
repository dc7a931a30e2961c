package org.maejava.eval.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Comparisons that the documents quote")
class PlansTest {

  @Test
  void canBeRunAsTheyStand() {
    var plan = Plans.read(Path.of("..", "docs", "tiny-imagenet.textproto"));
    PlanCheck.require(plan);
    assertThat(plan.getSeedsList()).hasSize(3);
    assertThat(plan.getSearch().getRatesList()).hasSizeGreaterThan(1);
  }
}
