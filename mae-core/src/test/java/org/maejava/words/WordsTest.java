package org.maejava.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void nounsFollowTheirNumber() {
    assertThat(Counted.of(1, "image")).isEqualTo("1 image");
    assertThat(Counted.of(12_000, "image")).isEqualTo("12,000 images");
    assertThat(Counted.of(0, "class")).isEqualTo("0 classes");
    assertThat(Counted.of(2, "patch")).isEqualTo("2 patches");
    assertThat(Counted.of(2, "epoch")).isEqualTo("2 epochs");
    assertThat(Counted.of(1, "file is", "files are")).isEqualTo("1 file is");
  }

  @Test
  void wordsForAShellAreQuotedWhereTheyMustBe() {
    assertThat(ShellWord.of("runs/photos-2")).isEqualTo("runs/photos-2");
    assertThat(ShellWord.of("runs/lp ü")).isEqualTo("'runs/lp ü'");
    assertThat(ShellWord.of("photos/?val=0.1")).isEqualTo("'photos/?val=0.1'");
    assertThat(ShellWord.of("it's")).isEqualTo("'it'\\''s'");
    assertThat(ShellWord.of("")).isEqualTo("''");
  }

  @Test
  void theNearestWordsAreMeantAndFarOnesAreNot() {
    var known = List.of("val", "train", "evaluation", "labels", "first");
    assertThat(Spelling.near("vall", known)).containsExactly("val");
    assertThat(Spelling.near("Lables", known)).containsExactly("labels");
    assertThat(Spelling.near("kind", known)).isEmpty();
    assertThat(Spelling.near("lel", List.of("let", "label", "lem"))).containsExactly("let", "lem");
    assertThat(Spelling.meant("trian", known)).isEmpty();
    assertThat(Spelling.meant("evalution", known)).isEqualTo(" (did you mean evaluation?)");
  }
}
