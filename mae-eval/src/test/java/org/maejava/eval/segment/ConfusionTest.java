package org.maejava.eval.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.data.segment.LabelMap;
import org.maejava.model.PatchGrid;

@DisplayName("Mean intersection over union")
class ConfusionTest {

  private static final int NO = LabelMap.IGNORED;

  /**
   * Class 0: truth at 0, 1, 2, answers at 0, 1, 3, so 2 of 4. Class 1: truth at 3, 4, answers at 2,
   * 4, so 1 of 3. The ignored pixel, answered 1, counts nowhere.
   */
  @Test
  void isWhatOneComputesByHand() {
    var confusion = new Confusion(2);
    confusion.add(new int[] {0, 0, 0, 1, 1, NO}, new int[] {0, 0, 1, 0, 1, 1});
    var scores = confusion.scores(List.of());
    assertThat(scores.getClasses(0).getIou()).isEqualTo(2 / 4.0);
    assertThat(scores.getClasses(1).getIou()).isEqualTo(1 / 3.0);
    assertThat(scores.getMeanIou()).isCloseTo((2 / 4.0 + 1 / 3.0) / 2, within(1e-12));
    assertThat(scores.getPixelAccuracy()).isEqualTo(3 / 5.0);
    assertThat(scores.getConfusionList()).containsExactly(2L, 1L, 1L, 1L);
  }

  /** Class 2 is nowhere; class 3 is answered and never true. */
  @Test
  void leavesOutAClassThatIsNowhereAndCountsOneThatIsOnlyAnswered() {
    var confusion = new Confusion(4);
    confusion.add(new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 3});
    var scores = confusion.scores(List.of("sky", "road"));
    assertThat(scores.getClasses(2).hasIou()).isFalse();
    assertThat(scores.getClasses(3).getIou()).isZero();
    assertThat(scores.getMeanIou()).isCloseTo((1 + 0.5 + 0) / 3, within(1e-12));
    assertThat(scores.getClassesList())
        .extracting(one -> one.getName())
        .containsExactly("sky", "road", "2", "3");
  }

  @Test
  void isNothingWhereEveryPixelIsIgnored() {
    var confusion = new Confusion(2);
    confusion.add(new int[] {NO, NO}, new int[] {0, 1});
    assertThat(confusion.scores(List.of()).getMeanIou()).isZero();
  }

  /** Two patches of 2 x 2 side by side. */
  private static final PatchGrid GRID = new PatchGrid(1, 2, 2, 2, 1);

  @Test
  void isOfScoresThatAreInterpolatedBetweenPatches() {
    // A quarter of the left patch's scores and three of the right one's reach the third column: 0.5
    // for class 0 and 0.75 for class 1; with 9 instead of 2 it is 2.25.
    var answers = PatchGridScores.answers(new float[][] {{2, 0}, {0, 1}}, GRID);
    assertThat(answers).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
    var later = PatchGridScores.answers(new float[][] {{9, 0}, {0, 1}}, GRID);
    assertThat(later).containsExactly(0, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void isLearnedFromTheSharesOfAPatchsPixels() {
    var labels = new int[] {0, 0, 1, NO, 2, 0, NO, NO};
    assertThat(PatchGridScores.shares(labels, GRID, 0, 3, NO)).containsExactly(0.75f, 0, 0.25f);
    assertThat(PatchGridScores.shares(labels, GRID, 1, 3, NO)).containsExactly(0, 1, 0);
    assertThat(PatchGridScores.shares(new int[] {0, 0, NO, NO, 0, 0, NO, NO}, GRID, 1, 3, NO))
        .isEmpty();
  }
}
