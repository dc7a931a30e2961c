package org.maejava.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A split")
class SplitsTest {

  private static final Source SOURCE = FashionMnist.evaluation();

  private static List<String> names(Source source) {
    return IntStream.range(0, source.size()).mapToObj(i -> source.get(i).name()).toList();
  }

  private static int[] perClass(Source source) {
    var counts = new int[source.classes().size()];
    for (int i = 0; i < source.size(); i++) {
      counts[source.label(i)]++;
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 77})
  void hasEveryExampleOnceInOneOfItsParts(long seed) {
    for (var split :
        List.of(
            Splits.byFraction(SOURCE, 0.1, seed),
            Splits.byFraction(SOURCE, 0.77, seed),
            Splits.perClass(SOURCE, 13, seed))) {
      var both = new ArrayList<>(names(split.cut()));
      both.addAll(names(split.rest()));
      assertThat(both).hasSize(2_000).containsExactlyInAnyOrderElementsOf(names(SOURCE));
    }
  }

  @Test
  void takesTheSameShareOrNumberOfEveryClass() {
    assertThat(perClass(Splits.perClass(SOURCE, 13, 0).cut())).containsOnly(13);
    var all = perClass(SOURCE);
    var tenth = perClass(Splits.byFraction(SOURCE, 0.1, 0).cut());
    for (int label = 0; label < all.length; label++) {
      assertThat(tenth[label]).isEqualTo(Math.round(0.1f * all[label]));
    }
  }

  @Test
  void isTheSameForASeedAnotherForAnotherAndNested() {
    var ten = names(Splits.perClass(SOURCE, 10, 3).cut());
    assertThat(names(Splits.perClass(SOURCE, 10, 3).cut())).isEqualTo(ten);
    assertThat(names(Splits.perClass(SOURCE, 10, 4).cut())).isNotEqualTo(ten);
    assertThat(new HashSet<>(names(Splits.perClass(SOURCE, 30, 3).cut()))).containsAll(ten);
  }

  /** What was learned from yesterday must not be what is judged on today. */
  @Test
  void isNearlyTheSameWhenExamplesComeAndGo() {
    var before = Splits.byFraction(SOURCE, 0.2, 0);
    var fewer = IntStream.range(0, SOURCE.size()).filter(i -> i % 13 != 0).toArray();
    var after = Splits.byFraction(SOURCE.subset(fewer), 0.2, 0);
    var learned = new HashSet<>(names(before.rest()));
    // A class's share may be one more or less of those that are left.
    assertThat(names(after.cut()).stream().filter(learned::contains).count())
        .isLessThanOrEqualTo(2L * SOURCE.classes().size());
    assertThat(names(after.cut())).hasSizeGreaterThan(350);
  }

  @Test
  void isTheSameInAFolderThatIsRenamedAndSoIsItsDigest(@TempDir Path parent) throws IOException {
    var folder = parent.resolve("photos");
    for (var kind : List.of("a", "b")) {
      Files.createDirectories(folder.resolve(kind));
      for (int i = 0; i < 20; i++) {
        Files.writeString(folder.resolve(kind).resolve(i + ".jpg"), kind);
      }
    }
    var before = ImageFolder.of(folder);
    var cut = withoutFolder(Splits.byFraction(before, 0.2, 0).cut());
    var moved = ImageFolder.of(Files.move(folder, parent.resolve("pictures")));
    assertThat(withoutFolder(Splits.byFraction(moved, 0.2, 0).cut())).isEqualTo(cut).hasSize(8);
    assertThat(moved.digest()).isEqualTo(before.digest());
  }

  private static List<String> withoutFolder(Source source) {
    return names(source).stream().map(name -> name.substring(name.indexOf('/'))).toList();
  }

  @Test
  void mustLeaveSomethingOfEveryClass() {
    assertThatThrownBy(() -> Splits.perClass(SOURCE, 199, 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("199 of each class cannot be cut off and leave any")
        .hasMessageContaining("(");
  }
}
