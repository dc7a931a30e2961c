package org.maejava.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.assertj.core.api.ListAssert;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Two recipes")
class RecipeDiffTest {

  private static ListAssert<Tuple> assertDifference(String first, String second) {
    var differences =
        RecipeDiff.between(Experiments.parse(first, "first"), Experiments.parse(second, "second"));
    return assertThat(
        differences.stream().map(d -> tuple(d.path(), d.first(), d.second())).toList());
  }

  @Test
  void differInNumbersTheirAbsenceAndLists() {
    assertDifference(
            "training { base_rate: 1e-3 epochs: 5 min_rate: 0 } data { mean: [0.5, 0.25] }",
            "training { base_rate: 5e-4 epochs: 5 seed: 3 } data { mean: 0.5 }")
        .containsExactly(
            tuple("data.mean", "[0.5, 0.25]", "[0.5]"),
            tuple("training.base_rate", "0.001", "5.0E-4"),
            tuple("training.min_rate", "0.0", "not set"),
            tuple("training.seed", "not set", "3"));
  }

  @Test
  void differInAlternativesWithWhatTheyHold() {
    assertDifference(
            "training { adamw { beta1: 0.9 } } model { pixels {} } pretraining {}",
            "training { sgd { momentum: 0.5 } } model { normalised_pixels {} } pretraining {}")
        .containsExactlyInAnyOrder(
            tuple("model.pixels", "{}", "not set"),
            tuple("model.normalised_pixels", "not set", "{}"),
            tuple("training.adamw.beta1", "0.9", "not set"),
            tuple("training.sgd.momentum", "not set", "0.5"));
  }

  @Test
  void areNoDifferentForWhatTheyAreCalled() {
    assertDifference("about: \"one\" pretraining {}", "about: \"other\" pretraining {}").isEmpty();
  }
}
