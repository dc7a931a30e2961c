package org.maejava.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What they had begun to write is gone with them, and what lay there before is as it was. */
@DisplayName("Ctrl-C on a terminal, where nothing is kept,")
class CutOffIT {

  private static final String MODEL = "../saved-models/models/fashion-mnist-small";
  private static final String HEADS = "model{encoder{heads:2}}";

  @TempDir private static Path folder;

  @BeforeAll
  static void trainsAClassifier() throws IOException {
    TestImages.scenes(folder.resolve("scenes"), 4);
    run(
        "finetune",
        "--from-scratch",
        "--recipe=demo",
        "--set",
        "model { encoder { width: 16 depth: 1 heads: 2 } } training { epochs: 1 warmup_epochs: 0 }",
        "--data=fashion-mnist?val=0.01",
        "--labels=200",
        "--out=" + folder.resolve("classifier"));
    run("export", folder.resolve("classifier").toString(), "--out=" + folder.resolve("exported"));
    LargeWeights.write(folder.resolve("large.safetensors"), 2048);
  }

  private static void run(String... words) {
    var run = CommandRun.of(words);
    assertThat(run.status()).as(run.err()).isZero();
  }

  /** As early as TensorFlow is loaded, which takes standard error away for a moment. */
  @ParameterizedTest
  @CsvSource({
    "data verify fashion-mnist",
    "data preview fashion-mnist --count=5000 --out={}/preview.png",
    "data bench fashion-mnist --seconds=600",
    "bench --data=fashion-mnist --steps=1000000",
    "reconstruct --weights=" + MODEL + " fashion-mnist --count=5000 --out={}/rebuilt.png",
    "segment --weights=" + MODEL + " --data={}/scenes --out={}/segmentation.json",
    "embed " + MODEL + " --data=fashion-mnist --out={}/features.npy",
    "export " + MODEL + " --out={}/model",
    "report {}/classifier --out={}/report"
  })
  void atTheBeginningEndsAtOnceAndSaysSo(String words) throws Exception {
    endsAtOnce(words, TerminalRun::awaitTensorFlow);
  }

  @ParameterizedTest
  @CsvSource({
    "classify {}/exported --data=fashion-mnist, train/",
    "calibrate {}/classifier --data=fashion-mnist --out={}/calibration.json, judged",
    "robustness {}/classifier --data=fashion-mnist --out={}/robustness.json, judged"
  })
  void inTheMiddleEndsAtOnceAndSaysSo(String words, String seen) throws Exception {
    endsAtOnce(words, run -> run.await(seen));
  }

  @Test
  void whileAFolderIsWrittenTakesItAway() throws Exception {
    for (var words :
        List.of(
            "import {}/large.safetensors --set=" + HEADS + " --out={}/new/imported",
            "export {}/large.safetensors --set=" + HEADS + " --out={}/new/model",
            "export {}/large.safetensors --set=" + HEADS + " --to=published --out={}/new/other")) {
      var out = folder.resolve("new");
      var name = words.substring(words.lastIndexOf('/') + 1);
      endsAtOnce(words, run -> run.await(() -> Files.exists(out.resolve("." + name + ".partial"))));
    }
  }

  /** Something to wait for. */
  @FunctionalInterface
  private interface Sign {
    TerminalRun await(TerminalRun run) throws Exception;
  }

  private static void endsAtOnce(String words, Sign sign) throws Exception {
    var before = everything();
    var command = Splitter.on(' ').splitToList(words.replace("{}", folder.toString()));
    try (var run = TerminalRun.start(command.toArray(String[]::new))) {
      sign.await(run).interrupt();
      assertThat(run.status()).as(run.output()).isEqualTo(130);
      assertThat(run.output())
          .contains("stopped; nothing was written. Again with: mae " + command.get(0))
          .doesNotContain("Exception")
          .doesNotContain("could not");
    }
    assertThat(everything()).isEqualTo(before);
  }

  private static List<String> everything() throws IOException {
    try (var files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }
}
