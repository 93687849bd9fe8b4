// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

/** The arrows between the rooms (ARCHITECTURE.md) and the rules on time, futures and decisions. */
@AnalyzeClasses(
        packages = "dev.weft",
        importOptions = {ImportOption.DoNotIncludeTests.class, RoomsTest.NoTestJars.class})
class RoomsTest {
    /** The clouds' doubles come as jars of test classes, which the library does not know as such. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    private static final String[] WALKS = {"gateway", "engine", "control", "kubelet", "flow"};
    private static final String JDK = "java..";
    private static final String JSPECIFY = "org.jspecify..";

    @ArchTest
    static final ArchRule apiSeesTheJdkAndJSpecifyOnly = classes()
            .that()
            .resideInAPackage("dev.weft.api..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.weft.api..", JDK, "javax.net.ssl..", JSPECIFY);

    @ArchTest
    static final ArchRule netAndStoreSeeApiOnly = noClasses()
            .that()
            .resideInAnyPackage("dev.weft.net..", "dev.weft.store..")
            .should()
            .dependOnClassesThat(weftOutside("dev.weft.net", "dev.weft.store", "dev.weft.api"));

    @ArchTest
    static void walkRoomsNeverSeeEachOther(com.tngtech.archunit.core.domain.JavaClasses all) {
        for (String room : WALKS) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.weft." + room + "..")
                    .should()
                    .dependOnClassesThat(
                            weftOutside("dev.weft." + room, "dev.weft.api", "dev.weft.net", "dev.weft.store"))
                    .allowEmptyShould(true)
                    .check(all);
        }
    }

    @ArchTest
    static final ArchRule cloudsSeeApiAndNetOnly =
            slices().matching("dev.weft.clouds.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule cloudsSeeNoOtherRoom = noClasses()
            .that()
            .resideInAPackage("dev.weft.clouds..")
            .should()
            .dependOnClassesThat(weftOutside("dev.weft.clouds", "dev.weft.api", "dev.weft.net", "dev.weft.adapters"));

    @ArchTest
    static final ArchRule adaptersSeeApiOnly = noClasses()
            .that()
            .resideInAPackage("dev.weft.adapters..")
            .should()
            .dependOnClassesThat(weftOutside("dev.weft.adapters", "dev.weft.api"));

    @ArchTest
    static final ArchRule imagesSeeApiOnly = noClasses()
            .that()
            .resideInAPackage("dev.weft.images..")
            .should()
            .dependOnClassesThat(weftOutside("dev.weft.images", "dev.weft.api"));

    @ArchTest
    static final ArchRule nettyIsInNetOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weft.net..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..");

    @ArchTest
    static final ArchRule nobodySeesApp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weft.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.weft.app..");

    @ArchTest
    static final ArchRule noCycles = slices().matching("dev.weft.(**)")
            .should()
            .beFreeOfCycles()
            // api and its two sub-packages are one vocabulary
            .ignoreDependency(inside("dev.weft.api"), inside("dev.weft.api"));

    @ArchTest
    static final ArchRule timeIsInjectedOutsideApp = noClasses()
            .that()
            .resideOutsideOfPackage("dev.weft.app..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule decidersArePure = noClasses()
            .that()
            .haveSimpleNameEndingWith("Decider")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..", "java.net..", "java.nio..", "java.util.concurrent..", "dev.weft.api.spi..");

    @ArchTest
    static final ArchRule cliSpeaksHttpOnly = noClasses()
            .that()
            .resideInAPackage("dev.weft.app.cli..")
            .should()
            .dependOnClassesThat(weftOutside("dev.weft.app.cli", "dev.weft.app.home", "dev.weft.app.admin"));

    private static DescribedPredicate<JavaClass> weftOutside(String... rooms) {
        return DescribedPredicate.describe("are Weft's, outside " + String.join(", ", rooms), each -> {
            String name = each.getPackageName();
            return inRoom(name, "dev.weft") && java.util.Arrays.stream(rooms).noneMatch(room -> inRoom(name, room));
        });
    }

    private static DescribedPredicate<JavaClass> inside(String room) {
        return DescribedPredicate.describe("in " + room, each -> inRoom(each.getPackageName(), room));
    }

    private static boolean inRoom(String name, String room) {
        return name.equals(room) || name.startsWith(room + ".");
    }
}
