package org.maejava.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("TF_CONFIG")
class ClusterTest {

  private static Cluster of(String text) {
    return Cluster.of(Map.of("TF_CONFIG", text.replace('\'', '"'))).orElseThrow();
  }

  @Test
  void tellsTheWorkersAndWhichThisIs() {
    var cluster =
        of("{'cluster': {'worker': ['a:1', 'b:2']}, 'task': {'type': 'worker', 'index': 1}}");
    assertThat(cluster.workers()).containsExactly("a:1", "b:2");
    assertThat(cluster.index()).isEqualTo(1);
    assertThat(cluster.isChief()).isFalse();
    assertThat(cluster.name(1)).isEqualTo("worker 1 (b:2)");
  }

  @ParameterizedTest
  @CsvSource({"chief, chief, 0, 0", "chief, worker, 1, 2", "master, master, 0, 0"})
  void putsAChiefBeforeTheWorkers(String job, String type, int index, int place) {
    var cluster =
        of(
            "{'cluster': {'worker': ['b:1', 'c:1'], '%s': ['a:1'], 'evaluator': ['e:1']}, 'task': {'type': '%s', 'index': %d}, 'environment': 'cloud'}"
                .formatted(job, type, index));
    assertThat(cluster.workers()).containsExactly("a:1", "b:1", "c:1");
    assertThat(cluster.index()).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{}", "{'task': {'type': 'worker', 'index': 0}}"})
  void ofNoClusterMeansOneProcess(String text) {
    assertThat(Cluster.of(Map.of("TF_CONFIG", text.replace('\'', '"')))).isEmpty();
    assertThat(Cluster.of(Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'cluster' | TF_CONFIG is no JSON",
        "[1] | the whole must be an object",
        "{'cluster': [1]} | cluster must be an object",
        "{'cluster': {}, 'task': {'index': 0}} | cluster.worker must list the workers as host:port",
        "{'cluster': {'worker': 'a:1'}, 'task': {'index': 0}} | cluster.worker must be a list",
        "{'cluster': {'worker': ['a']}, 'task': {'index': 0}} | cluster.worker: a is no host:port",
        "{'cluster': {'worker': ['a:0']}, 'task': {'index': 0}} | a:0 is no host:port",
        "{'cluster': {'worker': ['a:1', 'a:1']}, 'task': {'index': 0}} | lists a:1 twice",
        "{'cluster': {'worker': ['a:1'], 'ps': ['b:1']}, 'task': {'index': 0}} | parameter servers",
        "{'cluster': {'worker': ['a:1'], 'helper': ['b:1']}, 'task': {'index': 0}} | cluster.helper is no job",
        "{'cluster': {'chief': ['a:1', 'b:1']}, 'task': {'type': 'chief'}} | 2 chiefs",
        "{'cluster': {'worker': ['a:1']}} | task is missing",
        "{'cluster': {'worker': ['a:1']}, 'task': 3} | task must be an object",
        "{'cluster': {'worker': ['a:1', 'b:1']}, 'task': {'type': 'worker', 'index': 2}} | task.index 2 must be from 0 to 1",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'worker', 'index': -1}} | task.index -1 must be from 0 to 0",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'worker', 'index': 'x'}} | task.index must be a number",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'worker'}} | task.index must be a number",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'evaluator', 'index': 0}} | task.type evaluator does not train",
        "{'cluster': {'worker': ['a:1']}, 'task': {'type': 'chief', 'index': 0}} | of which cluster has none",
      })
  void thatIsWrongIsRefusedByName(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(text.strip()))
        .withMessageContaining("TF_CONFIG")
        .withMessageContaining(problem.strip());
  }

  @Test
  void isRefusedWithAllProblemsAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> of("{'cluster': {'worker': ['a', 'b:2'], 'ps': []}, 'task': {'index': 9}}"))
        .withMessageContaining("a is no host:port")
        .withMessageContaining("parameter servers")
        .withMessageContaining("task.index 9");
  }

  @Test
  void ofACallerHasAnIndexAmongTheWorkers() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Cluster(List.of("a:1"), 1))
        .withMessageContaining("worker 1 of 1; it must be from 0 to 0");
  }
}
