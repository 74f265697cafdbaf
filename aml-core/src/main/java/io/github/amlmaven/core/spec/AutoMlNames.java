package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How the service spells what AutoML's YAML writes in snake case. Source: azure-ai-ml 1.34.0 (its REST enums). */
final class AutoMlNames {

    private static final Map<String, String> NAMES = List.of(
                    "AUCWeighted",
                    "Accuracy",
                    "NormMacroRecall",
                    "AveragePrecisionScoreWeighted",
                    "PrecisionScoreWeighted",
                    "IOU",
                    "SpearmanCorrelation",
                    "NormalizedRootMeanSquaredError",
                    "R2Score",
                    "NormalizedMeanAbsoluteError",
                    "MeanAveragePrecision",
                    "LogisticRegression",
                    "SGD",
                    "MultinomialNaiveBayes",
                    "BernoulliNaiveBayes",
                    "SVM",
                    "LinearSVM",
                    "KNN",
                    "DecisionTree",
                    "RandomForest",
                    "ExtremeRandomTrees",
                    "LightGBM",
                    "GradientBoosting",
                    "XGBoostClassifier",
                    "XGBoostRegressor",
                    "ElasticNet",
                    "LassoLars",
                    "AutoArima",
                    "Prophet",
                    "Naive",
                    "SeasonalNaive",
                    "Average",
                    "SeasonalAverage",
                    "ExponentialSmoothing",
                    "Arimax",
                    "TCNForecaster",
                    "TextTargetEncoder",
                    "OneHotEncoder",
                    "CatTargetEncoder",
                    "TfIdf",
                    "WoETargetEncoder",
                    "LabelEncoder",
                    "WordEmbedding",
                    "NaiveBayes",
                    "CountVectorizer",
                    "HashOneHotEncoder",
                    "Imputer",
                    "NotSet",
                    "Debug",
                    "Info",
                    "Warning",
                    "Error",
                    "Critical",
                    "LightGBMClassifier",
                    "LogisticRegressionCV",
                    "LightGBMRegressor",
                    "ElasticNetCV",
                    "LinearRegression",
                    "None",
                    "Auto",
                    "Distributed",
                    "NonDistributed",
                    "Coco",
                    "Voc",
                    "CocoVoc",
                    "Adam",
                    "Adamw",
                    "Sgd",
                    "WarmupCosine",
                    "Step",
                    "Small",
                    "Medium",
                    "Large",
                    "ExtraLarge")
            .stream()
            .collect(Collectors.toMap(AutoMlNames::plain, name -> name, (first, second) -> first, LinkedHashMap::new));

    private AutoMlNames() {}

    static String rest(String yaml) {
        return NAMES.getOrDefault(plain(yaml), RestBody.pascal(yaml));
    }

    static @Nullable JsonNode rest(@Nullable JsonNode yaml) {
        if (yaml instanceof ArrayNode list) {
            ArrayNode names = RestBody.JSON.arrayNode();
            list.forEach(item -> names.add(rest(item.asText())));
            return names;
        }
        return yaml == null || !yaml.isTextual() ? yaml : RestBody.JSON.textNode(rest(yaml.textValue()));
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}
