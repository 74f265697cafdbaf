import groovy.xml.XmlSlurper

// A closure that starts a build of the project whose script evaluates this: what it prints goes to a file there.
def properties = new XmlSlurper().parse(new File(basedir, '../setup/pom.xml')).properties
def artifacts = System.getProperty('maven.repo.local') ?: System.getProperty('user.home') + '/.m2/repository'
def settings = new File(basedir, 'target/settings.xml')
settings.text = new File(basedir, '../../../src/it/settings.xml').text
        .replace('@localRepositoryUrl@', new File(artifacts).toURI().toString())

return { String log, List<String> arguments ->
    def command = [new File(properties.'it.maven'.text(), 'bin/mvn').path, '-B', '-s', settings.path,
            "-Dmaven.repo.local=${localRepositoryPath}".toString()] + arguments
    new ProcessBuilder(command).directory(basedir).redirectErrorStream(true)
            .redirectOutput(new File(basedir, log)).start()
}
