package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.eval.task.Protocol;

@DisplayName("The choice of a recipe")
class RecipeChoiceTest {

  private static RecipeChoice.Found demo(int epochs) {
    return new RecipeChoice(Optional.of("demo"), List.of(), Optional.of(epochs))
        .find(Protocol.PRETRAIN, Optional.empty());
  }

  @Test
  void saysOfAnotherNumberOfEpochsWhatItReplaces() {
    var shorter = demo(25);
    assertThat(shorter.experiment().getTraining().getEpochs()).isEqualTo(25);
    assertThat(shorter.remark())
        .isEqualTo("25 epochs instead of the 50 epochs of demo/pretrain, 1.00 of them warm-up");
  }

  @Test
  void saysNothingOfTheNumberThatTheRecipeHas() {
    var same = demo(50);
    assertThat(same.experiment().getTraining().getEpochs()).isEqualTo(50);
    assertThat(same.remark()).isEmpty();
  }
}
