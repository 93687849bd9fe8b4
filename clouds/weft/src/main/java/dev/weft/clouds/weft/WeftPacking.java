// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.facade.Names;
import dev.weft.api.resource.Function;
import java.util.ArrayList;
import java.util.List;

/** What can be sent to another Weft: code of any contract, as it is. Whether it runs there is found out there, before anything is changed. Pure. */
final class WeftPacking {
    private WeftPacking() {}

    static Packed of(Function function) {
        Function.Code code = function.spec().code();
        if (code.image() != null) {
            return new Packed.Not(List.of(Mistake.at(
                    "spec.code.image", code.image(), "a Weft runs code and no images: give path or zip in its place")));
        }
        boolean jar = code.jar() != null;
        boolean unpacked =
                switch (function.spec().contract()) {
                    case AWS_LAMBDA, OPENWHISK -> true; // their hosts take a jar's classes from a folder
                    case AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, FN, ALIBABA_FC, HTTP, CLOUDEVENTS -> false;
                };
        if (jar && !unpacked) {
            return new Packed.Not(List.of(Mistake.at(
                    "spec.code.jar",
                    code.jar(),
                    "another Weft unpacks what it is sent, and this contract wants the jar itself: give a folder that"
                            + " holds it as path")));
        }
        String handler = function.spec().handler();
        String runtime = function.spec().runtime();
        Packing.Form form = jar ? Packing.Form.JAR : Packing.Form.ZIP;
        return new Packed.As(Packing.own(form, handler == null ? "" : handler, runtime == null ? "" : runtime));
    }

    static List<Mistake> check(Wanted wanted) {
        List<Mistake> mistakes = new ArrayList<>();
        if (!Names.valid(wanted.name())) {
            mistakes.add(Mistake.at(
                    "spec.placement.clouds",
                    wanted.name(),
                    "a function's name on a Weft is a DNS label: lower-case letters, digits and '-', at most 63"));
        }
        if (wanted.artifact() instanceof Artifact.Archive archive && archive.bytes() > Wire.CODE_BYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.code",
                    null,
                    "packed it has " + archive.bytes() + " bytes; a Weft takes at most " + Wire.CODE_BYTES_MAX));
        }
        return mistakes;
    }
}
