// SPDX-License-Identifier: Apache-2.0
/**
 * OpenWhisk actions in Java. {@link dev.weft.adapters.action.ActionProxy} serves one over the action interface, on Weft's
 * engine and beside an action on other clouds; {@link dev.weft.adapters.action.ActionStart} is packed into an action whose
 * jars OpenWhisk would not find. Compiled for Java 8; knows the JDK, and Gson where OpenWhisk has it. Nothing but what is
 * marked so may be null, as everywhere; the package can't be marked so: javac warns of that annotation for Java 8.
 */
package dev.weft.adapters.action;
