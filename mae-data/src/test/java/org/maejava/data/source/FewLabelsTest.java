package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewLabelsTest {

  private static final Source WHOLE = FashionMnist.training();

  @Test
  void eachClassHasItsShare() {
    var few = FewLabels.perClass(WHOLE, 20, 1);
    assertThat(few.size()).isEqualTo(200);
    for (int label = 0; label < 10; label++) {
      assertThat(count(few, label)).isEqualTo(20);
    }
    var odd = FewLabels.balanced(WHOLE, 203, 1);
    assertThat(odd.size()).isEqualTo(203);
    for (int label = 0; label < 10; label++) {
      assertThat(count(odd, label)).isBetween(20, 21);
    }
  }

  @Test
  void fewerAreAmongMoreForOneSeed() {
    var two = FewLabels.balanced(WHOLE, 200, 1);
    assertThat(names(FewLabels.balanced(WHOLE, 1_000, 1))).containsAll(names(two));
    assertThat(names(FewLabels.balanced(WHOLE, 203, 1))).containsAll(names(two));
    assertThat(names(FewLabels.perClass(WHOLE, 20, 1))).isEqualTo(names(two));
  }

  @Test
  void theSeedDecides() {
    var first = FewLabels.balanced(WHOLE, 200, 1);
    assertThat(names(FewLabels.balanced(WHOLE, 200, 1))).isEqualTo(names(first));
    assertThat(FewLabels.balanced(WHOLE, 200, 1).digest()).isEqualTo(first.digest());
    assertThat(names(FewLabels.balanced(WHOLE, 200, 2))).isNotEqualTo(names(first));
    assertThat(FewLabels.balanced(WHOLE, 200, 2).digest()).isNotEqualTo(first.digest());
  }

  @Test
  void aClassThatRunsOutIsMadeUpForOrNamed() {
    var unbalanced = WHOLE.subset(new int[] {0, 1, 2, 3});
    assertThat(FewLabels.balanced(unbalanced, 4, 1).size()).isEqualTo(4);
    assertThatThrownBy(() -> FewLabels.balanced(unbalanced, 5, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("there are 4 labelled images, fewer than the 5 asked for");
    assertThatThrownBy(() -> FewLabels.perClass(unbalanced, 1, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Trouser (0)");
  }

  @Test
  void aShareIsOfEachClassAndNested() {
    var unbalanced = WHOLE.subset(IntStream.range(0, 3_000).filter(i -> i % 7 != 0).toArray());
    var tenth = FewLabels.share(unbalanced, 0.1, 1);
    for (int label = 0; label < 10; label++) {
      assertThat(count(tenth, label)).isEqualTo((int) Math.round(0.1 * count(unbalanced, label)));
    }
    assertThat(names(FewLabels.share(unbalanced, 0.3, 1))).containsAll(names(tenth));
    assertThat(names(FewLabels.share(unbalanced, 1, 1))).isEqualTo(names(unbalanced));
    assertThat(FewLabels.share(unbalanced, 1e-9, 1).size()).as("one of each class").isEqualTo(10);
    assertThatThrownBy(() -> FewLabels.share(unbalanced, 1.5, 1))
        .hasMessage("a share of 1.5; it must be above 0, at most 1");
  }

  @Test
  void allAreTheLabelledOnes() {
    assertThat(FewLabels.all(WHOLE)).isSameAs(WHOLE);
  }

  @Test
  void aPartSaysWhatItIsAPartOf() {
    assertThat(FewLabels.balanced(WHOLE, 200, 1).about())
        .startsWith("200 of ")
        .contains("Fashion-MNIST");
  }

  private static int count(Source source, int label) {
    return (int) IntStream.range(0, source.size()).filter(i -> source.label(i) == label).count();
  }

  private static Set<String> names(Source source) {
    return IntStream.range(0, source.size())
        .mapToObj(i -> source.get(i).name())
        .collect(Collectors.toSet());
  }
}
