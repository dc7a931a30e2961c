package org.maejava.eval.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;

@DisplayName("A few images of many")
class SpreadTest {

  /** Labels alone; the images are never looked at. */
  private static final class Labels implements Source {
    private final int[] labels;

    Labels(int... labels) {
      this.labels = labels;
    }

    @Override
    public int size() {
      return labels.length;
    }

    @Override
    public Example get(int index) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int label(int index) {
      return labels[index];
    }

    @Override
    public List<String> classes() {
      return List.of("a", "b", "c", "d");
    }

    @Override
    public String about() {
      return "";
    }

    @Override
    public String digest() {
      return "";
    }
  }

  private static List<Integer> labels(Source source) {
    return IntStream.range(0, source.size()).mapToObj(source::label).toList();
  }

  /** As a folder of classes lists them. */
  private static int[] inBlocks(int... sizes) {
    return IntStream.range(0, sizes.length)
        .flatMap(label -> IntStream.generate(() -> label).limit(sizes[label]))
        .toArray();
  }

  @Test
  void meetEveryClassAlikeHoweverLargeTheFirstOneIs() {
    var source = new Labels(inBlocks(1000, 10, 10, 10));
    assertThat(labels(Spread.over(source, 8))).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
  }

  @Test
  void makeUpForAClassThatIsTooSmall() {
    var source = new Labels(inBlocks(10, 1, 10));
    assertThat(labels(Spread.over(source, 7))).containsExactly(0, 0, 0, 1, 2, 2, 2);
  }

  @Test
  void areOfOtherClassesEachWhereThereAreMoreClassesThanPictures() {
    var source = new Labels(inBlocks(5, 5, 5, 5));
    assertThat(labels(Spread.over(source, 2))).containsExactly(0, 2);
  }

  @Test
  void areAllWhereThereAreNoMore() {
    assertThat(labels(Spread.over(new Labels(3, 0, 3), 8))).containsExactly(3, 0, 3);
  }

  @Test
  void areEvenlyApartWhereThereAreNoClasses() {
    var unlabelled = new int[100];
    Arrays.fill(unlabelled, Example.UNLABELLED);
    assertThat(Spread.over(new Labels(unlabelled), 4).size()).isEqualTo(4);
  }
}
