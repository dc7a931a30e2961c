package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file of answers")
class AnswersFileTest {

  private static final List<String> CLASSES = List.of("Größe \"1\"", "<script>", "c");

  @TempDir private Path folder;

  @Test
  void givesBackWhatWasWritten() throws IOException {
    var answers =
        List.of(
            new Answer("val/a b.png", 0, 2, 0.75),
            new Answer("val/ü.png", 1, 1, 1),
            new Answer("val/nan.png", 2, 0, Double.NaN));
    AnswersFile.write(answers, CLASSES, folder);
    assertThat(AnswersFile.read(folder, CLASSES)).contains(answers);
    assertThat(Files.readAllLines(folder.resolve("answers.jsonl"))).hasSize(3);
    assertThat(answers).extracting(Answer::right).containsExactly(false, true, false);
  }

  @Test
  void isNoMistakeIfItIsNotThere() throws IOException {
    assertThat(AnswersFile.read(folder, CLASSES)).isEmpty();
  }

  @Test
  void ofOtherClassesOrCutOffIsRefusedByItsLine() throws IOException {
    AnswersFile.write(List.of(new Answer("a", 0, 2, 0.5)), CLASSES, folder);
    assertThatThrownBy(() -> AnswersFile.read(folder, List.of("c")))
        .hasMessageContaining("answers.jsonl cannot be read: line 1: there is no class Größe");
    Files.writeString(folder.resolve("answers.jsonl"), "{\"image\": \"a\", \"la");
    assertThatThrownBy(() -> AnswersFile.read(folder, CLASSES))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1: it is no answer");
  }
}
