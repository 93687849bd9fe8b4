// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.SelfSigned;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Façades that documents name, of a real {@code weft up}: opened, changed and closed as the file is saved. */
@Timeout(120)
class FacadesInFileIT {
    @TempDir
    private Path scratch;

    private Path app;
    private WeftCommand weft;
    private Key key;
    private WeftCommand.Running running;

    @BeforeEach
    void write() throws Exception {
        app = Files.createDirectories(scratch.resolve("app"));
        weft = new WeftCommand(scratch.resolve("own"), Map.of());
        key = KeysInTest.create(scratch.resolve("own/weft"), "ci", Key.Role.INVOKE, "default");
    }

    @AfterEach
    void stop() throws Exception {
        if (running != null) {
            running.process().destroy();
            assertThat(running.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void up(String... more) throws Exception {
        String[] words = new String[more.length + 8];
        String[] always = {"up", app.toString(), "--port", "0", "--admin-port", "0", "--spare-memory", "0"};
        System.arraycopy(always, 0, words, 0, always.length);
        System.arraycopy(more, 0, words, always.length, more.length);
        running = weft.start(Map.of(), words);
        running.says("ready in");
    }

    private void save(String... facades) throws IOException {
        Path next = scratch.resolve("next");
        Files.writeString(next, FnCalls.documents(app, "tea") + String.join("", facades));
        Files.move(next, app.resolve("weft.yaml"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void theyListenAsTheFileSaysAndFollowIt() throws Exception {
        int plain = Ports.free();
        int other = Ports.free();
        int secured = Ports.free();
        SSLContext trusting = SelfSigned.write(app);
        String tls = ", tls: {certificates: [{certificate: tls.crt, key: ./tls.key}]}";
        save(FnCalls.facade("fn", ", port: " + plain));
        up();
        try (HttpClient client = HttpClient.newHttpClient();
                HttpClient secure = HttpClient.newBuilder().sslContext(trusting).build()) {
            assertThat(FnCalls.call(client, "http://localhost:" + plain, key)).isEqualTo("200 tea");

            save(FnCalls.facade("fn", ", port: " + plain + tls), FnCalls.facade("oci", ", port: " + other));
            running.says("façade oci  http://localhost:" + other);
            running.says("façade fn goes on as it is: another address or TLS on the same port needs a restart");
            assertThat(FnCalls.call(client, "http://localhost:" + plain, key)).isEqualTo("200 tea");

            save(FnCalls.facade("fn", ", port: " + secured + tls));
            running.says("façade fn  https://localhost:" + secured);
            running.says("façade oci does not listen any more");
            assertThat(FnCalls.call(secure, "https://localhost:" + secured, key))
                    .isEqualTo("200 tea");
            assertThatThrownBy(() -> FnCalls.call(HttpClient.newHttpClient(), "http://localhost:" + plain, key))
                    .isInstanceOf(ConnectException.class);

            save(FnCalls.facade("fn", ", port: " + secured + tls), FnCalls.facade("aws", ", port: " + secured));
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!Files.readString(running.err()).contains("the documents have mistakes; what ran before goes on")) {
                assertThat(System.nanoTime()).isLessThan(until);
                TimeUnit.MILLISECONDS.sleep(20);
            }
            assertThat(Files.readString(running.err())).contains("spec.port", "Facade fn has this port");

            save();
            running.says("façade fn does not listen any more");
        }
    }

    @Test
    void optionsGoBeforeTheFile() throws Exception {
        int said = Ports.free();
        int asked = Ports.free();
        save(FnCalls.facade("fn", ", port: " + said + ", address: 127.0.0.9"), FnCalls.facade("oci", ""));
        up("--facade", "fn=" + asked, "--host", "127.0.0.1");
        assertThat(Files.readString(running.out())).doesNotContain("façade   oci");
        assertThat(FnCalls.call(HttpClient.newHttpClient(), "http://localhost:" + asked, key))
                .isEqualTo("200 tea");
    }

    @Test
    void whatCantBeOpenedEndsTheStartWithItsReason() throws Exception {
        Files.writeString(app.resolve("no.pem"), "no certificate");
        save(FnCalls.facade("fn", ", port: 0, tls: {certificates: [{certificate: no.pem, key: no.pem}]}"));
        WeftCommand.Said tls =
                weft.run("up", app.toString(), "--port", "0", "--admin-port", "0", "--spare-memory", "0");
        assertThat(tls.is(1).err()).contains("TLS of façade fn", "no.pem").doesNotContain("port with --facade");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            save(FnCalls.facade("fn", ", port: " + taken.getLocalPort()));
            WeftCommand.Said port =
                    weft.run("up", app.toString(), "--port", "0", "--admin-port", "0", "--spare-memory", "0");
            assertThat(port.is(1).err()).contains("" + taken.getLocalPort(), "in use", "spec.port");
        }
    }

    @Test
    void badValuesAreToldWithTheirField() throws Exception {
        save(
                FnCalls.facade("fn", ", port: 70000"),
                FnCalls.facade("gcp", ""),
                FnCalls.facade("aws", ", adress: 0.0.0.0"),
                FnCalls.facade("oci", ", tls: {certificates: [{certificate: none.pem, key: none.key}]}"));
        WeftCommand.Said said = weft.run("validate", app.toString()).is(1);
        assertThat(said.out() + said.err())
                .contains("spec.port", "70000", "65535")
                .contains("spec.type", "gcp", "openwhisk")
                .contains("spec.adress", "address")
                .contains("spec.tls.certificates[0].certificate", "none.pem", "there is no such file");
    }
}
