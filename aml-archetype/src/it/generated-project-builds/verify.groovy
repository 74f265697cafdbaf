import groovy.json.JsonSlurper

def project = new File(basedir, 'my-model')
assert new File(project, '.gitignore').exists()
assert !new File(project, 'pom.xml').text.contains('${groupId}')

// The generated project is the example under another name; the folder it was generated in has become its parent.
def example = new File(basedir, '../../../../examples/wine-kmeans')
def generic = { File pom, String groupId, String artifactId, String version ->
    pom.text.replaceAll(/(?s)<parent>.*?<\/parent>/, '').replaceAll(/<name>.*?<\/name>/, '')
            .replaceAll(/\s+/, ' ').replaceAll(/> </, '><')
            .replace("<groupId>$groupId<", '<groupId>G<')
            .replace("<artifactId>$artifactId<", '<artifactId>A<')
            .replaceFirst("<version>$version<", '<version>V<')
}
assert generic(new File(project, 'pom.xml'), 'com.example', 'my-model', '1.0-SNAPSHOT') ==
        generic(new File(example, 'pom.xml'), 'io.github.amlmaven.examples', 'wine-kmeans', '1.0.0')
assert new File(project, 'src/main/aml/train.yml').text.contains('${{inputs.clusters}}')

def score = new JsonSlurper().parse(new File(project, 'target/aml/score.json'))
assert score.status == 'done'
def model = new JsonSlurper().parse(new File(project, 'target/aml/model.json'))
assert model.name == 'my-model'
assert model.version == '1'
assert new File(project, 'target/my-model-1.0-SNAPSHOT.zip').exists()
