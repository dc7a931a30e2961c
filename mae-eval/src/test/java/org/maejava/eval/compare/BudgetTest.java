package org.maejava.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.proto.LabelBudget;

class BudgetTest {

  private static final ImageSet DATA = ImageSet.open("fashion-mnist");

  @Test
  void theSeedAndTheBudgetAloneDecideWhatIsDrawn() {
    var budget = total(200);
    assertThat(names(budget.draw(DATA, 3).training()))
        .isEqualTo(names(total(200).draw(DATA, 3).training()))
        .isNotEqualTo(names(budget.draw(DATA, 4).training()))
        .hasSize(200);
    assertThat(budget.draw(DATA, 3).evaluation()).isSameAs(DATA.evaluation());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2})
  void whatIsHeldOutIsOfTheCellsLabelsAndNotLearnedFrom(long seed) {
    var cell = total(200).draw(DATA, seed);
    var trial = Budget.heldOut(cell, 0.2, seed);

    var learned = names(trial.training());
    var heldOut = names(trial.evaluation());
    assertThat(learned).hasSize(160).doesNotContainAnyElementsOf(heldOut);
    assertThat(heldOut).hasSize(40);
    assertThat(trial.evaluation().about()).containsIgnoringCase(DATA.training().about());
    assertThat(names(cell.training())).containsAll(learned).containsAll(heldOut);
    for (int label = 0; label < 10; label++) {
      assertThat(ofClass(trial.evaluation(), label)).isEqualTo(4);
      assertThat(ofClass(trial.training(), label)).isEqualTo(16);
    }
  }

  @Test
  void oneLabelOfAClassCannotBeHeldOut() {
    var cell = new Budget(LabelBudget.newBuilder().setPerClass(1).build()).draw(DATA, 0);
    assertThatThrownBy(() -> Budget.heldOut(cell, 0.2, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("T-shirt/top (1)");
  }

  @Test
  void aBudgetIsCalledAsItWasAskedFor() {
    assertThat(
            List.of(
                Budget.ALL.name(),
                new Budget(LabelBudget.newBuilder().setShare(0.1).build()).name(),
                new Budget(LabelBudget.newBuilder().setShare(0.015).build()).name(),
                new Budget(LabelBudget.newBuilder().setPerClass(5).build()).name(),
                total(200).name()))
        .containsExactly(
            "all labels",
            "10 % of the labels",
            "1.5 % of the labels",
            "5 of each class",
            "200 labels");
  }

  private static Budget total(int labels) {
    return new Budget(LabelBudget.newBuilder().setTotal(labels).build());
  }

  private static Set<String> names(Source source) {
    return IntStream.range(0, source.size())
        .mapToObj(i -> source.get(i).name())
        .collect(Collectors.toSet());
  }

  private static long ofClass(Source source, int label) {
    return IntStream.range(0, source.size()).filter(i -> source.label(i) == label).count();
  }
}
