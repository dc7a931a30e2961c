package org.maejava.eval.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
  void ofEqualScoresHasTheFirstClassAndNeverOneByWhatIsNoNumber() {
    float nan = Float.NaN;
    var answers =
        List.of(
            Answer.of("a", 0, new float[] {1, 1}),
            Answer.of("b", 1, new float[] {1, 1}),
            Answer.of("c", 0, new float[] {nan, nan}),
            Answer.of("d", 1, new float[] {nan, 1}),
            Answer.of("e", 1, new float[] {1000, 1003}));
    assertThat(Answer.right(answers).stream()).containsExactly(0, 4);
    assertThat(answers.get(0).probability()).isEqualTo(0.5);
    assertThat(answers.get(4).probability()).isCloseTo(1 / (1 + Math.exp(-3)), within(1e-12));
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
