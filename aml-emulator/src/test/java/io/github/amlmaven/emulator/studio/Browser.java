package io.github.amlmaven.emulator.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.github.amlmaven.emulator.Emulator;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The machine's Chromium, without a window and without a way to any host but this one. */
final class Browser implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Emulator emulator;
    private final ChromeDriver driver;

    private Browser(Emulator emulator, ChromeDriver driver) {
        this.emulator = emulator;
        this.driver = driver;
        driver.manage().window().setSize(new Dimension(1280, 900));
    }

    /** Skips the tests on a machine without Chromium, but not where everything must hold. */
    static Browser of(Emulator emulator) {
        File browser = new File("/usr/bin/chromium");
        File chromedriver = new File("/usr/bin/chromedriver");
        boolean there = browser.canExecute() && chromedriver.canExecute();
        assumeTrue(
                there || "true".equals(System.getenv("CI")), "Debian's chromium and chromium-driver are not installed");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(chromedriver)
                .usingAnyFreePort()
                .build();
        return new Browser(emulator, new ChromeDriver(service, options));
    }

    void open(String route) {
        driver.get("about:blank");
        driver.get(emulator.studio() + "#/" + route);
    }

    ChromeDriver driver() {
        return driver;
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** The element of a CSS selector, as soon as it is there. */
    WebElement find(String selector) {
        until(selector, () -> !driver.findElements(By.cssSelector(selector)).isEmpty());
        return driver.findElement(By.cssSelector(selector));
    }

    /** The control that a label names, as a person or a screen reader finds it. */
    WebElement labelled(String label) {
        By byLabel = By.xpath("//label[normalize-space()='" + label + "']");
        until("label " + label, () -> !driver.findElements(byLabel).isEmpty());
        return driver.findElement(By.id(driver.findElement(byLabel).getDomAttribute("for")));
    }

    WebElement button(String text) {
        By byText = By.xpath("//button[normalize-space()='" + text + "' or @aria-label='" + text + "']");
        until("button " + text, () -> !driver.findElements(byText).isEmpty());
        return driver.findElement(byText);
    }

    void shows(String text) {
        until("the page shows " + text, () -> text().contains(text));
    }

    void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(what + "; the page says:\n" + text() + "\n"
                        + driver.manage().logs().get("browser").getAll());
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** A page that is being replaced is looked at again. */
    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (StaleElementReferenceException e) {
            return false;
        }
    }

    /** Asserts that axe-core has nothing to say against the page as it is; in the dark against its contrasts. */
    void isAccessible(String name) {
        for (String scheme : List.of("light", "dark")) {
            boolean light = scheme.equals("light");
            driver.executeCdpCommand(
                    "Emulation.setEmulatedMedia",
                    Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
            AxeBuilder axe = light ? new AxeBuilder() : new AxeBuilder().withOnlyRules(List.of("color-contrast"));
            Results results = axe.analyze(driver);
            assertThat(results.getErrorMessage()).isNull();
            assertThat(results.getPasses()).as("rules that axe-core could try").hasSizeGreaterThan(light ? 15 : 0);
            assertThat(results.getViolations().stream().flatMap(Browser::words).toList())
                    .as(name + ", " + scheme)
                    .isEmpty();
            picture(name + "-" + scheme);
        }
    }

    private static Stream<String> words(Rule rule) {
        return rule.getNodes().stream()
                .map(node -> rule.getId() + ": " + node.getHtml() + " " + node.getFailureSummary());
    }

    /** Whether anything went wrong in scripts or was refused by the page's own policy. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(Object::toString)
                .filter(line -> line.contains("SEVERE"))
                // An answer that a test has asked to be an error.
                .filter(line -> !line.contains("Failed to load resource"))
                .toList();
    }

    private void picture(String name) {
        try {
            Path folder = Files.createDirectories(Path.of("target", "studio"));
            Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
    }
}
