import groovy.json.JsonSlurper

['validate', 'test', 'whoami', 'run', 'register', 'package', 'undeploy'].each {
    assert new JsonSlurper().parse(new File(basedir, "target/aml/${it}.json")).status in ['done', 'up-to-date']
}
// Left out: what Maven says of its downloads, and the test driver of this script.
def ours = new File(basedir, 'build.log').readLines().findAll { line ->
    def text = line.replaceAll('\\u001B\\[[0-9;]*m', '').trim()
    !text.isEmpty() && !(text =~ /^(Downloading from|Downloaded from|Running post-build script)/)
}
assert ours == []
