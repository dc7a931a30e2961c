package org.maejava.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.maejava.proto.CheckpointState;
import org.maejava.proto.Position;
import org.maejava.proto.Rewind;
import org.maejava.random.Mutations;
import org.maejava.record.NewerFormatException;
import org.maejava.record.SealedJson;
import org.maejava.weights.WeightSource;

@DisplayName("A checkpoint")
class CheckpointTest {

  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "optimizer.safetensors";

  @TempDir private Path folder;
  private Checkpoints checkpoints;

  @BeforeEach
  void nothingYet() {
    checkpoints = new Checkpoints(folder);
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    var written = write(7);
    var read = checkpoints.latest().orElseThrow();
    assertThat(read).isEqualTo(written);
    assertThat(read.state().getPosition()).isEqualTo(Position.newBuilder().setEpoch(2).build());
    try (var weights = read.weights();
        var optimizer = read.optimizer()) {
      assertThat(weights.floats("cls_token")).containsExactly(7, 8);
      assertThat(optimizer.floats("cls_token.exp_avg")).containsExactly(70, 80);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.safetensors", "optimizer.safetensors", "state.json"})
  void withAFileCutOffIsPassedOverForTheOneBefore(String file) throws IOException {
    write(1);
    var damaged = write(2).folder().resolve(file);
    var bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 3));

    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
    assertThatThrownBy(() -> Checkpoint.open(damaged.getParent()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(damaged.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"weights.safetensors", "optimizer.safetensors", "state.json"})
  void withAFileMissingIsPassedOver(String file) throws IOException {
    write(1);
    Files.delete(write(2).folder().resolve(file));
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
  }

  @Test
  void withOneBitFlippedIsPassedOver() throws IOException {
    write(1);
    var file = write(2).folder().resolve("weights.safetensors");
    var bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
  }

  @Test
  void withAStateThatSaysSomethingElseIsPassedOver() throws IOException {
    write(1);
    var file = write(2).folder().resolve("state.json");
    Files.writeString(file, Files.readString(file).replace("\"step\": 2", "\"step\": 3"));
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
  }

  @Test
  void ofANewerReleaseIsNotPassedOverButRefused() throws IOException {
    write(1);
    var file = write(2).folder().resolve("state.json");
    Files.writeString(
        file,
        Files.readString(file).replaceFirst("\"format\": \\d+", "\"later\": 1, \"format\": 7"));
    assertThatThrownBy(() -> checkpoints.latest())
        .isInstanceOf(NewerFormatException.class)
        .hasMessage(
            "%s: a newer release wrote it, in format 7; this one knows formats up to %d"
                .formatted(file, SealedJson.FORMAT));
  }

  @Test
  void ofRelease01HasNoFormatAndIsRead() throws IOException {
    var file = write(2).folder().resolve("state.json");
    Files.writeString(file, Files.readString(file).replaceFirst("(?s),\\s*\"format.*", "}"));
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(2);
  }

  @Test
  @Tag("row")
  void thatIsMutatedIsReadAsItWasOrRefused() throws IOException {
    var written = write(7);
    var random = new SplittableRandom(13);
    var names = List.of(WEIGHTS, OPTIMIZER, "state.json");
    int refused = 0;
    int count = Mutations.count(1_500, 150);
    for (int i = 0; i < count; i++) {
      var file = written.folder().resolve(names.get(i % names.size()));
      var whole = Files.readAllBytes(file);
      Files.write(
          file,
          i % 4 == 0
              ? Mutations.cut(whole, random)
              : i % 4 == 1
                  ? Mutations.withAHugeNumber(whole, random)
                  : Mutations.changed(whole, random));
      try {
        assertThat(Checkpoint.open(written.folder())).as("mutation %s", i).isEqualTo(written);
      } catch (IOException e) {
        assertThat(e).as("mutation %s", i).hasMessageContaining(file.toString());
        refused++;
      }
      Files.write(file, whole);
    }
    Mutations.report("checkpoints", count, refused);
    assertThat(refused).isGreaterThan(count * 9 / 10);
  }

  @Test
  void thatWasNeverFinishedIsNotSeen() throws IOException {
    write(1);
    Files.move(write(2).folder(), folder.resolve(".step-00000002.partial"));
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
    // and does not hinder the next attempt
    assertThat(write(2).state().getStep()).isEqualTo(2);
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(2);
  }

  @Test
  void replacesADamagedOneOfItsStep() throws IOException {
    Files.delete(write(2).folder().resolve("state.json"));
    write(2);
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(2);
  }

  @Test
  void thatCannotBeWrittenLeavesTheEarlierOnesAndNoTrace() throws IOException {
    write(1);
    WeightSource failing =
        new WeightSource() {
          @Override
          public Map<String, List<Integer>> shapes() {
            return Map.of("cls_token", List.of(2));
          }

          @Override
          public float[] floats(String name) {
            throw new IllegalStateException("the disk is gone");
          }
        };
    assertThatThrownBy(
            () ->
                checkpoints.write(
                    state(2), Map.of(WEIGHTS, weights(2, "cls_token"), OPTIMIZER, failing)))
        .hasMessageContaining("the disk is gone");
    try (var entries = Files.list(folder)) {
      assertThat(entries)
          .singleElement()
          .satisfies(e -> assertThat(e).hasFileName("step-00000001"));
    }
  }

  @Test
  void isDeletedOnceEnoughNewerOnesAreThere() throws IOException {
    Files.createDirectories(folder.resolve(".step-00000005.partial"));
    for (int step = 1; step <= 12; step++) {
      write(step);
      checkpoints.prune(2);
    }
    try (var entries = Files.list(folder)) {
      assertThat(entries.map(e -> e.getFileName().toString()))
          .containsExactlyInAnyOrder("step-00000011", "step-00000012");
    }
  }

  @Test
  void holdsAnAverageIfOneIsKeptWhichIsThenWhatTheRunIsFor() throws IOException {
    try (var without = write(1).trained()) {
      assertThat(without.floats("cls_token")).containsExactly(1, 2);
    }
    assertThat(write(1).average()).isEmpty();
    var with =
        checkpoints.write(
            state(2),
            Map.of(
                WEIGHTS,
                weights(2, "cls_token"),
                OPTIMIZER,
                weights(20, "cls_token.exp_avg"),
                "average.safetensors",
                weights(5, "cls_token")));
    try (var trained = Checkpoint.open(with.folder()).trained()) {
      assertThat(trained.floats("cls_token")).containsExactly(5, 6);
    }
    Files.delete(with.folder().resolve("average.safetensors"));
    assertThat(checkpoints.latest().orElseThrow().state().getStep()).isEqualTo(1);
  }

  @Test
  void thatIsRewoundToIsTheLatestAndKeepsEveryRewind() throws IOException {
    for (int step = 1; step <= 4; step++) {
      write(step);
    }
    checkpoints.rewind(3, 0.5);
    var rewound = checkpoints.rewind(2, 0.25);
    var latest = checkpoints.latest().orElseThrow();
    assertThat(latest).isEqualTo(rewound);
    assertThat(latest.state().getStep()).isEqualTo(2);
    assertThat(latest.state().getRewindsList())
        .containsExactly(Rewind.newBuilder().setStep(2).setRateScale(0.25).build());
    assertThat(checkpoints.rewind(2, 0.5).state().getRewindsList()).hasSize(2);
    try (var entries = Files.list(folder)) {
      assertThat(entries.map(e -> e.getFileName().toString()))
          .containsExactlyInAnyOrder("step-00000001", "step-00000002");
    }
  }

  @Test
  void cannotBeRewoundToWhereThereIsNone() throws IOException {
    write(1);
    write(2);
    assertThatThrownBy(() -> checkpoints.rewind(7, 0.5))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no checkpoint of step 7; there are [step-00000002, step-00000001]");
  }

  @Test
  void isNotFoundWhereThereIsNone() throws IOException {
    assertThat(new Checkpoints(folder.resolve("nothing")).latest()).isEmpty();
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("state.json");
  }

  private Checkpoint write(int step) throws IOException {
    return checkpoints.write(
        state(step),
        Map.of(
            WEIGHTS, weights(step, "cls_token"),
            OPTIMIZER, weights(10 * step, "cls_token.exp_avg")));
  }

  private static CheckpointState state(int step) {
    return CheckpointState.newBuilder()
        .setStep(step)
        .setPosition(Position.newBuilder().setEpoch(2))
        .build();
  }

  private static WeightSource weights(int value, String only) {
    int difference = only.contains(".") ? 10 : 1;
    return new WeightSource() {
      @Override
      public Map<String, List<Integer>> shapes() {
        return Map.of(only, List.of(2));
      }

      @Override
      public float[] floats(String name) {
        return new float[] {value, value + difference};
      }
    };
  }
}
