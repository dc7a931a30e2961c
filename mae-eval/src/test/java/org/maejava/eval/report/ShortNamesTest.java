package org.maejava.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShortNamesTest {

  @Test
  void theLastWordIsEnoughWhereItDiffers() {
    assertThat(names("runs/finetune", "runs/from-scratch", "/elsewhere/deep/probe"))
        .containsExactly("finetune", "from-scratch", "probe");
    assertThat(names("runs/finetune")).containsExactly("finetune");
  }

  @Test
  void whatAllHaveInCommonIsLeftOutWhereverItStands() {
    assertThat(names("monday/finetune", "tuesday/finetune")).containsExactly("monday", "tuesday");
    assertThat(
            names(
                "demo/cells/fine-tuning/200-labels/seed-0",
                "demo/cells/fine-tuning/200-labels/seed-1",
                "demo/cells/from-scratch/200-labels/seed-0"))
        .containsExactly("fine-tuning/seed-0", "fine-tuning/seed-1", "from-scratch/seed-0");
    assertThat(
            names(
                "runs/finetune",
                "demo/cells/fine-tuning/200-labels/seed-0",
                "demo/cells/from-scratch/200-labels/seed-0"))
        .containsExactly("finetune", "fine-tuning", "from-scratch");
  }

  @Test
  void whatLiesElsewhereKeepsItsLastWord() {
    assertThat(names("/x/runs/a/finetune", "/x/runs/c/finetune", "/x/demo/runs/demo"))
        .containsExactly("a", "c", "demo");
  }

  @Test
  void namesDifferWheneverFoldersDo() {
    assertThat(names("a/b", "a/a/b", "b", "a/c", "b/c", "c/b/c"))
        .doesNotHaveDuplicates()
        .allSatisfy(name -> assertThat(name).isNotEmpty());
    assertThat(names("/b", "/a/b", "/a/a/b")).doesNotHaveDuplicates();
  }

  private static List<String> names(String... folders) {
    return ShortNames.of(Stream.of(folders).map(Path::of).toList());
  }
}
