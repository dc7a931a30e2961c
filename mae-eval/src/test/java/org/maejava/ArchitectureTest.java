package org.maejava;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;
import org.maejava.data.source.Example;

/** The house's walls. */
@AnalyzeClasses(
    packages = "org.maejava",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestJars.class
    })
class ArchitectureTest {

  /** The other modules' test classes come as a jar. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule nobodyKnowsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.maejava.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.maejava.cli..");

  @ArchTest
  static final ArchRule nobodyKnowsTheProtocolsButTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackages("org.maejava.cli..", "org.maejava.eval..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.maejava.eval..");

  @ArchTest
  static final ArchRule dataDoesNotKnowWhatServesIt =
      noClasses()
          .that()
          .resideInAPackage("org.maejava.data..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.maejava.savedmodel..");

  /** A served model opens images as training's evaluation does; it reads no data sets. */
  @ArchTest
  static final ArchRule savedModelsKnowImagesAlone =
      noClasses()
          .that()
          .resideInAPackage("org.maejava.savedmodel..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.maejava.data..")
                  .and(not(resideInAPackage("org.maejava.data.image..")))
                  .and(not(assignableTo(Example.class))));

  @ArchTest
  static final ArchRule noPackagesGoRoundInACircle =
      slices().matching("org.maejava.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule layersDoNotKnowModelsNorTraining =
      noClasses()
          .that()
          .resideInAPackage("org.maejava.nn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.maejava.model..", "org.maejava.optim..", "org.maejava.train..");

  @ArchTest
  static final ArchRule modelsDoNotKnowTraining =
      noClasses()
          .that()
          .resideInAPackage("org.maejava.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.maejava.optim..", "org.maejava.train..");

  @ArchTest
  static final ArchRule schedulesAreArithmetic =
      noClasses()
          .that()
          .haveSimpleName("Schedule")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.tensorflow..");

  @ArchTest
  static final ArchRule optimizersKnowNeitherSchedulesNorModels =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("Optimizer")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("Schedule")
          .orShould()
          .dependOnClassesThat()
          .resideInAPackage("org.maejava.model..");

  @ArchTest
  static final ArchRule coreKnowsNeitherDataNorWhatIsMadeOfIt =
      noClasses()
          .that()
          .resideInAnyPackage(
              "org.maejava.config..",
              "org.maejava.model..",
              "org.maejava.nn..",
              "org.maejava.optim..",
              "org.maejava.random..",
              "org.maejava.record..",
              "org.maejava.storage..",
              "org.maejava.train..",
              "org.maejava.weights..",
              "org.maejava.words..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.maejava.data..",
              "org.maejava.savedmodel..",
              "org.maejava.eval..",
              "org.maejava.cli..");

  @ArchTest
  static final ArchRule onlyCommandsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.maejava.cli..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(PrintStream.class);

  @ArchTest
  static final ArchRule onlyMainExits =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("org.maejava.cli.Main")
          .and()
          .doNotHaveFullyQualifiedName("org.maejava.cli.Start")
          .should()
          .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule noDumpingGrounds =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..common..", "..helper..", "..impl..", "..misc..");

  @ArchTest
  static final ArchRule randomnessIsAnArgument =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.Random")
          .orShould()
          .callMethod(Math.class, "random");
}
