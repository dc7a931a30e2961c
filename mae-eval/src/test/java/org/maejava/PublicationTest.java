package org.maejava;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What Maven Central asks of an artefact, but for the signature. */
@DisplayName("What is published")
class PublicationTest {

  private static Document pom(String folder) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(Path.of("..", folder, "pom.xml").toFile());
  }

  private static String at(Document pom, String path) throws Exception {
    return XPathFactory.newInstance().newXPath().evaluate(path, pom).strip();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "url",
        "licenses/license/name",
        "licenses/license/url",
        "developers/developer/name",
        "scm/url",
        "scm/connection",
        "scm/developerConnection"
      })
  void saysOnceForAllModules(String element) throws Exception {
    assertThat(at(pom(""), "/project/" + element)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"mae-core", "mae-data", "saved-models", "saved-models/spark", "mae-eval"})
  void hasNameDescriptionAndModuleName(String module) throws Exception {
    var pom = pom(module);
    assertThat(at(pom, "/project/name")).isNotEmpty();
    assertThat(at(pom, "/project/description")).isNotEmpty();
    assertThat(at(pom, "/project/properties/java.module.name")).startsWith("org.maejava.");
    assertThat(at(pom, "/project/parent/artifactId")).isEqualTo("mae-parent");
  }

  @Test
  void hasSourcesAndJavadocBesideEveryJar() throws Exception {
    var pom = pom("");
    for (var plugin : new String[] {"maven-source-plugin", "maven-javadoc-plugin"}) {
      var goals =
          "/project/build/plugins/plugin[artifactId='%s']/executions/execution/goals/goal"
              .formatted(plugin);
      assertThat(at(pom, goals)).startsWith("jar");
    }
  }
}
